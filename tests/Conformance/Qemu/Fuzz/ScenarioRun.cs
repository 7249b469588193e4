using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>What an SMMU made of one access of a scenario, or of what it was told.</summary>
/// <param name="Reached">What became of the access.</param>
/// <param name="Records">What it recorded.</param>
/// <param name="Error">What its Command queue says of the commands before.</param>
internal sealed record Answer(
    Reached Reached,
    ImmutableArray<EventRecord> Records,
    CommandError Error
);

/// <summary>Runs scenarios on one SMMU, one after the other.</summary>
internal sealed class ScenarioRun
{
    private const byte QueueLog2 = 7;
    private const uint Entries = 1u << QueueLog2;

    private static readonly PhysicalAddress s_commands = 0x4012_0000;
    private static readonly PhysicalAddress s_events = 0x4013_0000;

    private readonly IScenarioTarget _target;
    private readonly HashSet<PhysicalAddress> _dirty = [];
    private uint _produced;

    /// <summary>Sets the SMMU up.</summary>
    public ScenarioRun(IScenarioTarget target)
    {
        _target = target;
        Enable();
    }

    /// <summary>Runs a scenario.</summary>
    public ImmutableArray<Answer> Of(Scenario scenario)
    {
        var image = new ScenarioImage(scenario);
        foreach (var at in _dirty)
            _target.Store(at, 0);
        _dirty.Clear();
        foreach (var (at, value) in image.Words)
            Store(at, value);
        Send(Told.Everything, scenario, image);
        TakeRecords();
        return [.. scenario.Steps.Select(step => Of(step, scenario, image))];
    }

    private Answer Of(Happening step, Scenario scenario, ScenarioImage image)
    {
        if (step.Change is { } change && image.Apply(change) is { } word)
            Store(word.At, word.Value);
        var error = Send(step.Told, scenario, image);
        var reached = _target.Access(
            ScenarioImage.Stream,
            scenario.Address ^ step.Flip,
            step.Write
        );
        return new(reached, TakeRecords(), error);
    }

    private void Store(PhysicalAddress at, ulong value)
    {
        _dirty.Add(at);
        _target.Store(at, value);
    }

    private CommandError Send(Told told, Scenario scenario, ScenarioImage image)
    {
        foreach (var command in ScenarioCommands.Of(told, scenario, image))
        {
            var slot = s_commands + (16ul * (_produced % Entries));
            _target.Store(slot, command.Word0);
            _target.Store(slot + 8, command.Word1);
            _produced = (_produced + 1) % (2 * Entries);
        }
        _target.Write32(CmdqProd.Offset, new CmdqProd { WR = _produced }.Value);
        var active = _target.Read32(GError.Offset) ^ _target.Read32(GErrorN.Offset);
        if (!new GError(active).CMDQ_ERR)
            return CommandError.None;
        var error = new CmdqCons(_target.Read32(CmdqCons.Offset)).ERR;
        Enable();
        return error;
    }

    private ImmutableArray<EventRecord> TakeRecords()
    {
        var producer = new EventqProd(_target.Read32(EventqProd.Offset)).WR;
        var consumer = new EventqCons(_target.Read32(EventqCons.Offset)).RD;
        var taken = ImmutableArray.CreateBuilder<EventRecord>();
        for (; consumer != producer; consumer = (consumer + 1) % (2 * Entries))
        {
            var at = s_events + (32ul * (consumer % Entries));
            taken.Add(
                new(
                    _target.Load(at),
                    _target.Load(at + 8),
                    _target.Load(at + 16),
                    _target.Load(at + 24)
                )
            );
        }
        _target.Write32(EventqCons.Offset, new EventqCons { RD = producer }.Value);
        return taken.DrainToImmutable();
    }

    private void Enable()
    {
        _produced = 0;
        _target.Write32(Cr0.Offset, 0);
        _target.Write32(GErrorN.Offset, _target.Read32(GError.Offset));
        _target.Write32(Cr1.Offset, 0xd75);
        _target.Write32(Cr2.Offset, new Cr2 { RECINVSID = true }.Value);
        _target.Write64(StrtabBase.Offset, new StrtabBase { ADDR = ScenarioImage.Streams }.Value);
        _target.Write32(StrtabBaseCfg.Offset, new StrtabBaseCfg { LOG2SIZE = 8 }.Value);
        _target.Write64(
            CmdqBase.Offset,
            new CmdqBase { ADDR = s_commands, LOG2SIZE = QueueLog2 }.Value
        );
        _target.Write64(
            EventqBase.Offset,
            new EventqBase { ADDR = s_events, LOG2SIZE = QueueLog2 }.Value
        );
        _target.Write32(CmdqProd.Offset, 0);
        _target.Write32(CmdqCons.Offset, 0);
        _target.Write32(EventqProd.Offset, 0);
        _target.Write32(EventqCons.Offset, 0);
        _target.Write32(Cr0.Offset, new Cr0 { CMDQEN = true, EVENTQEN = true }.Value);
        _target.Write32(
            Cr0.Offset,
            new Cr0
            {
                CMDQEN = true,
                EVENTQEN = true,
                SMMUEN = true,
            }.Value
        );
    }
}
