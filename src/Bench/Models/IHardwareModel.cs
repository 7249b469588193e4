using SmmuConformance.Emulator;

namespace SmmuConformance.Bench.Models;

/// <summary>
/// An SMMU that was made elsewhere: it answers cases in the emulator's place (docs/testing-a-model.md). It stands for one machine after
/// another, and is asked by one thread at a time; who runs cases side by side makes several.
/// </summary>
public interface IHardwareModel : IDisposable
{
    /// <summary>
    /// What it is like: the ID registers, as a machine that is asked for by a case has to have them, and a name of letters, digits, dots
    /// and dashes, which becomes part of the name of every execution.
    /// </summary>
    Profile Profile { get; }

    /// <summary>It can answer no more; another one is made then.</summary>
    bool HasEnded => false;

    /// <summary>A machine as reset leaves it: memory is zero, and nothing of an earlier one is remembered.</summary>
    /// <param name="seed">Where everything arbitrary may come from.</param>
    IOtherHardware Reset(ulong seed);
}
