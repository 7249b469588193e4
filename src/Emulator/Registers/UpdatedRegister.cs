using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// A register whose fields take effect some time after they were written, each by itself, as the acknowledge register
/// shows: CR0 and IRQ_CTRL (§6.3.9).
/// </summary>
/// <param name="layout">Its fields.</param>
/// <param name="delay">Turns between a write and its effect; 0: at once.</param>
/// <param name="withheld">Decides whether an update ever completes.</param>
internal sealed class UpdatedRegister(Layout layout, int delay, WithheldAcknowledges withheld)
{
    // Turns left of an update that hangs.
    private const int Hanging = -1;

    private readonly int[] _turnsLeft = new int[layout.Fields.Length];

    /// <summary>The value as written and as it reads back.</summary>
    public ulong Written { get; private set; }

    /// <summary>The value in force and acknowledged.</summary>
    public ulong InForce { get; private set; }

    /// <summary>Every bit that is set, or not yet acknowledged as clear.</summary>
    public ulong Engaged => Written | InForce;

    /// <summary>Starts the update of each field that changes.</summary>
    /// <returns>The bits of fields that were changed again before their update had completed: the change is dropped.</returns>
    public ulong Write(ulong value)
    {
        ulong refused = 0;
        var hangs = value != Written && withheld.Strikes();
        for (var i = 0; i < layout.Fields.Length; i++)
        {
            var mask = layout.Fields[i].Mask;
            if (((value ^ Written) & mask) == 0)
                continue;
            if (((Written ^ InForce) & mask) != 0)
            {
                refused |= mask;
                continue;
            }
            Written = (Written & ~mask) | (value & mask);
            _turnsLeft[i] = hangs ? Hanging : delay;
        }
        return refused;
    }

    /// <summary>Lets one turn pass; an update whose time has come takes effect.</summary>
    public void Turn()
    {
        for (var i = 0; i < layout.Fields.Length; i++)
            if (_turnsLeft[i] > 0)
                _turnsLeft[i]--;
            else if (_turnsLeft[i] == Hanging && !withheld.Struck)
                _turnsLeft[i] = 0;
        Complete();
    }

    /// <summary>Puts every update whose time has come in force.</summary>
    public void Complete()
    {
        for (var i = 0; i < layout.Fields.Length; i++)
            if (_turnsLeft[i] == 0)
            {
                var mask = layout.Fields[i].Mask;
                InForce = (InForce & ~mask) | (Written & mask);
            }
    }
}
