using SmmuConformance.Bench.Models;
using SmmuConformance.Emulator;

namespace SmmuConformance.Samples.Model;

/// <summary>
/// A model of an SMMU. What it is made of is this project's own emulator: here stands what yours does.
/// </summary>
public sealed class EmulatedModel : IHardwareModel
{
    private readonly bool _hidesCommandErrors;

    /// <summary>As the suite makes it; MODEL_BUG=NoCommandError makes it wrong, to see what the suite says.</summary>
    public EmulatedModel()
        : this(Environment.GetEnvironmentVariable("MODEL_BUG") == "NoCommandError") { }

    /// <summary>With or without a bug.</summary>
    /// <param name="hidesCommandErrors">SMMU_CMDQ_CONS.ERR reads as zero.</param>
    public EmulatedModel(bool hidesCommandErrors) => _hidesCommandErrors = hidesCommandErrors;

    // SMMUv3.2 with both stages. A name of its own: results say which model they are of.
    public Profile Profile { get; } = Profiles.Mmu700 with { Name = "csharp-model" };

    public IOtherHardware Reset(ulong seed) =>
        new EmulatedHardware(
            // Nothing is remembered of the machine before.
            new Machine(new MachineOptions { Smmus = [Profile], Seed = seed }),
            _hidesCommandErrors
        );

    public void Dispose() { }
}
