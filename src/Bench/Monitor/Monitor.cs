using System.Collections.Immutable;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>Tells every rule of every act, and keeps what they found.</summary>
public sealed class Monitor
{
    private readonly List<Violation> _violations = [];
    private readonly ImmutableArray<MonitorRule[]> _told;

    /// <summary>A monitor over a machine.</summary>
    /// <param name="machine">What the driver drives.</param>
    /// <param name="map">What stands at which address.</param>
    /// <param name="allocations">What the driver has allocated.</param>
    /// <param name="trace">Where violations are noted.</param>
    /// <param name="rules">The rules.</param>
    public Monitor(
        Machine machine,
        StructureMap map,
        DmaAllocator allocations,
        Trace trace,
        IEnumerable<MonitorRule> rules
    )
    {
        (Machine, Structures, Allocations, Trace) = (machine, map, allocations, trace);
        Rules = [.. rules];
        _told = Hearing.ByAct(Rules);
        foreach (var rule in Rules)
            rule.JoinTo(this);
    }

    /// <summary>Every rule watched.</summary>
    public IReadOnlyList<MonitorRule> Rules { get; }

    /// <summary>What the driver drives.</summary>
    public Machine Machine { get; }

    /// <summary>What stands at which address.</summary>
    public StructureMap Structures { get; }

    /// <summary>What the driver has allocated.</summary>
    public DmaAllocator Allocations { get; }

    /// <summary>The devices, and what is on at each; set by the bench.</summary>
    public DeviceBus? Devices { get; set; }

    /// <summary>Everything seen so far.</summary>
    public Trace Trace { get; }

    /// <summary>
    /// Set by the bench while translations may outlive their mapping: a lazy domain between an unmap and its flush.
    /// </summary>
    public bool TranslationsMayLinger { get; set; }

    /// <summary>
    /// Set by the bench if the driver itself has said of the last operation that hardware did not confirm it: what it owes is
    /// judged when the next one has ended.
    /// </summary>
    public bool IsUnconfirmed { get; set; }

    /// <summary>Set by the bench: the order in which the driver stores is seen.</summary>
    public bool KnowsOrder { get; set; } = true;

    /// <summary>Set by the bench while several operations go on at once.</summary>
    public bool SeveralAtOnce { get; set; }

    /// <summary>
    /// How many violations of one rule are kept. The same rule broken a hundred times by one mistake is one finding; but
    /// where known mistakes are expected, they must not hide others.
    /// </summary>
    public int MostOfOneRule { get; set; } = 8;

    /// <summary>For each SMMU, whether firmware calls it coherent; set by the bench.</summary>
    public IReadOnlyList<bool> Coherent { get; set; } = [];

    /// <summary>True if at least one SMMU is not coherent.</summary>
    public bool HasNonCoherent => Coherent.Contains(false);

    /// <summary>Whether an SMMU reads what a PE's cache holds.</summary>
    public bool IsCoherent(int smmu) => smmu >= Coherent.Count || Coherent[smmu];

    /// <summary>Every violation so far, first first.</summary>
    public IReadOnlyList<Violation> Violations => _violations;

    /// <summary>Tells every rule that wants to know of one act.</summary>
    /// <exception cref="HarnessException">A rule failed itself; the driver is not to blame.</exception>
    internal void Tell<T>(Act kind, Action<MonitorRule, T> tell, T act)
    {
        foreach (var rule in _told[(int)kind])
        {
            if ((SeveralAtOnce && rule.IsAboutOneThread) || (!KnowsOrder && rule.NeedsOrder))
                continue;
            try
            {
                tell(rule, act);
            }
            catch (Exception e) when (e is not (NotModelledException or NotOnThisPlatformException))
            {
                throw new HarnessException($"monitor rule {rule.Id} failed itself: {e.Message}", e);
            }
        }
    }

    internal void Tell(Act kind, Action<MonitorRule> tell) =>
        Tell(kind, static (rule, act) => act(rule), tell);

    internal void Report(MonitorRule rule, string message)
    {
        if (_violations.Count(v => v.Rule == rule) >= MostOfOneRule)
            return;
        var violation = new Violation(rule, message, Trace.Mark);
        _violations.Add(violation);
        Trace.Add(new ViolationEntry(violation));
    }
}
