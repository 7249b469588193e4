using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace SmmuConformance.Bench;

/// <summary>What a monitor rule can be told of, each named as the method of <see cref="MonitorRule"/> that is called.</summary>
internal enum Act : byte
{
    Stored,
    Loaded,
    Misaligned,
    BarrierDone,
    Cleaned,
    Allocated,
    Freeing,
    RegisterWriting,
    RegisterWritten,
    RegisterRead,
    RegisterMisused,
    Switched,
    CommandConsumed,
    Fetched,
    Accessed,
    OperationStarted,
    OperationEnded,
}

/// <summary>Which rules want to be told of which acts: most acts concern a few, and acts are many.</summary>
internal static class Hearing
{
    private static readonly ImmutableArray<Act> s_acts = [.. Enum.GetValues<Act>()];
    private static readonly ConcurrentDictionary<Type, ImmutableArray<bool>> s_heard = new();

    /// <summary>For each act, the rules that override its method, in the order given.</summary>
    public static ImmutableArray<MonitorRule[]> ByAct(IReadOnlyCollection<MonitorRule> rules) =>
        [.. s_acts.Select(act => rules.Where(rule => Of(rule.GetType())[(int)act]).ToArray())];

    private static ImmutableArray<bool> Of(Type rule) =>
        s_heard.GetOrAdd(
            rule,
            static type =>
                [
                    .. s_acts.Select(act =>
                        type.GetMethod($"{act}")!.DeclaringType != typeof(MonitorRule)
                    ),
                ]
        );
}
