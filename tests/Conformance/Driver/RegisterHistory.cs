using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A whole register as the driver wrote it.</summary>
/// <param name="Number">Where in the trace.</param>
/// <param name="Value">What was written.</param>
public readonly record struct Written<T>(int Number, T Value)
    where T : struct, IRegister<T>;

/// <summary>What a driver did to the registers of the first SMMU, read from the trace.</summary>
internal static class RegisterHistory
{
    /// <summary>Every write of a whole register since a mark of the trace.</summary>
    public static IReadOnlyList<Written<T>> Writes<T>(this TestBench bench, int since = 0)
        where T : struct, IRegister<T> =>
        [
            .. bench
                .Trace.Since<RegisterWriteEntry>(since)
                .Where(entry => entry.Smmu == 0 && entry.Offset == T.Register.Offset)
                .Select(entry => new Written<T>(entry.Number, T.FromWords([entry.Value]))),
        ];

    /// <summary>Where in the trace any part of some registers was written.</summary>
    public static IReadOnlyList<int> Touches(
        this TestBench bench,
        int since,
        params RegisterInfo[] registers
    ) =>
        [
            .. bench
                .Trace.Since<RegisterWriteEntry>(since)
                .Where(entry =>
                    entry.Smmu == 0
                    && registers.Any(register =>
                        entry.Offset < register.Offset + (uint)register.Bytes
                        && register.Offset < entry.Offset + (uint)entry.Bytes
                    )
                )
                .Select(entry => entry.Number),
        ];

    /// <summary>Where in the trace an enable of SMMU_CR0 was first set; the case fails if it never was.</summary>
    public static int FirstSetting(this TestBench bench, Func<Cr0, bool> enable, int since = 0)
    {
        foreach (var write in bench.Writes<Cr0>(since))
            if (enable(write.Value))
                return write.Number;
        Assert.Fail($"the enable was never set\n{TraceText.Of(bench.Trace.Since(since))}");
        return 0;
    }

    /// <summary>Where in the trace the first command with that property was consumed; the case fails if none was.</summary>
    public static int FirstCommand(
        this TestBench bench,
        string name,
        Func<Command, bool> which,
        int after = 0
    )
    {
        foreach (var entry in bench.Trace.Since<CommandEntry>(after))
            if (entry.Error == CommandError.None && which(entry.Command))
                return entry.Number;
        Assert.Fail(
            $"no {name} was given, or none was consumed\n{TraceText.Of(bench.Trace.Since(after))}"
        );
        return 0;
    }

    /// <summary>A register as it stands.</summary>
    public static T Register<T>(this TestBench bench)
        where T : struct, IRegister<T> =>
        T.FromWords([
            T.Register.Bytes == 8
                ? bench.Smmu.Read64(T.Register.Offset)
                : bench.Smmu.Read32(T.Register.Offset),
        ]);

    /// <summary>Fails the case unless one act came before another, and shows the trace.</summary>
    public static void MustPrecede(this TestBench bench, int first, int then, string rule) =>
        Assert.True(
            first < then,
            $"{rule}: {first} came after {then}\n{TraceText.Of(bench.Trace.Entries, first)}"
        );

    /// <summary>The profile itself, if such an SMMU can exist; otherwise the case does not apply.</summary>
    public static Profile IfPossible(this Profile profile)
    {
        foreach (var broken in IdentificationRules.BrokenBy(profile))
            throw VerdictException.NotApplicable(
                $"with this change no such SMMU can exist: {broken}"
            );
        return profile;
    }
}
