using FsCheck;
using FsCheck.Fluent;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;
using Xunit.Abstractions;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>
/// What holds in every world: the emulator agrees with a model written from the manuals alone, and with itself. A failure is
/// shrunk by FsCheck and printed as the C# that makes it again. <c>SMMU_PROPERTIES</c> is the number of worlds for each, and
/// makes them other ones at every run.
/// </summary>
public sealed class PropertyTests(ITestOutputHelper output)
{
    private const int Worlds = 3000;

    private static readonly Config Search = Environment.GetEnvironmentVariable("SMMU_PROPERTIES")
        is { Length: > 0 } text
        ? Sized.WithMaxTest(int.Parse(text))
        : Sized.WithMaxTest(Worlds).WithReplay(20221, 1);

    private static Config Sized => Config.QuickThrowOnFailure.WithStartSize(5).WithEndSize(60);

    /// <summary>§15: every address and every fault is what the manual says, and not only what the emulator does.</summary>
    [Fact]
    public void The_emulator_translates_as_the_naive_model_does()
    {
        var seen = new Dictionary<string, int>();
        Holds(spec =>
        {
            var world = new World(spec);
            var naive = NaiveOf(world);
            foreach (var access in world.Accesses)
            {
                var told = naive.Translate(
                    world.Entry.Value,
                    access.Address.Value,
                    access.Write,
                    access.Privileged,
                    access.Instruction
                );
                Agree(told, world.Rig.Smmu.Access(access), access);
                var ending =
                    $"{world.Stages} 0x{told.Event:x} {(told.Stage2 ? 2 : 1)} {told.Class}";
                seen[ending] = seen.GetValueOrDefault(ending) + 1;
            }
        });
        foreach (var (ending, count) in seen.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            output.WriteLine($"{count, 7} {ending}");

        // Otherwise they would agree on too little: stages, event, S2, CLASS.
        Assert.Superset(
            new HashSet<string>
            {
                "0 0x0 1 0",
                "0 0x10 1 2",
                "0 0x11 1 2",
                "0 0x12 1 2",
                "0 0x13 1 2",
                "1 0x0 1 0",
                "1 0x10 2 2",
                "1 0x11 2 2",
                "1 0x12 2 2",
                "1 0x13 2 2",
                "2 0x0 1 0",
                "2 0x10 1 2",
                "2 0x13 1 2",
                "2 0x10 2 2",
                "2 0x12 2 2",
                "2 0x13 2 2",
            },
            seen.Keys.ToHashSet()
        );
    }

    /// <summary>§3.21: caches change nothing while nobody changes memory; nor once everything is invalidated.</summary>
    [Fact]
    public void Caches_change_nothing_once_they_are_told() =>
        Holds(spec =>
        {
            var (warm, cold) = (new World(spec, caches: true), new World(spec));
            Compare(warm, cold);
            foreach (var mapping in spec.First.Concat(spec.Second).Take(3).Reverse())
            {
                warm.Change(mapping with { Output = mapping.Output + 1 });
                cold.Change(mapping with { Output = mapping.Output + 1 });
            }
            warm.Forget();
            Compare(warm, cold);
        });

    /// <summary>§3.21.1: before it is told, each answer is the old one or the new one.</summary>
    [Fact]
    public void A_stale_answer_is_one_that_was_right_before() =>
        Holds(spec =>
        {
            if (spec.First.Length == 0)
                return;
            var change = spec.First[0] with { Flags = spec.First[0].Flags ^ 2 };
            var (warm, old, now) = (
                new World(spec, caches: true),
                new World(spec),
                new World(spec)
            );
            now.Change(change);
            foreach (var access in warm.Accesses)
                warm.Rig.Smmu.Access(access);
            warm.Change(change);
            foreach (var access in warm.Accesses)
            {
                var answer = Told(warm.Rig.Smmu.Access(access));
                Assert.Contains(
                    answer,
                    new[] { Told(old.Rig.Smmu.Access(access)), Told(now.Rig.Smmu.Access(access)) }
                );
            }
        });

    /// <summary>§13.7, §9: what ATS grants a transaction may do, what ATOS tells it meets, and neither is recorded.</summary>
    [Fact]
    public void ATS_and_ATOS_tell_what_a_transaction_meets() =>
        Holds(spec =>
        {
            var world = new World(
                spec,
                profile: Profiles.Maximal,
                entry: entry => entry with { EATS = Eats.Full }
            );
            foreach (var access in world.Accesses)
            {
                var plain = access with { Privileged = false, Instruction = false };
                var completion = world.Rig.Smmu.Request(
                    new AtsRequest { Stream = World.Nic, Address = plain.Address }
                );
                Assert.Empty(world.Rig.TakeEvents());
                Same(world, plain with { Write = false }, completion.Read, completion);
                Same(world, plain with { Write = true }, completion.Write, completion);
                AtosAgrees(
                    world,
                    access with
                    {
                        Instruction = access.Instruction && !access.Write,
                    }
                );
            }
        });

    /// <summary>§3.13: flags are only ever set, a second access finds nothing left to set.</summary>
    [Fact]
    public void Flags_are_set_once_and_never_cleared() =>
        Holds(spec =>
        {
            var world = new World(
                spec,
                profile: Profiles.Maximal,
                context: HttuScene.Manage,
                entry: HttuScene.Manage2
            );
            var naive = NaiveOf(world);
            foreach (var access in world.Accesses.Select(a => a with { Instruction = false }))
            {
                var first = world.Rig.Smmu.Access(access);
                var before = world.Descriptors();
                var second = world.Rig.Smmu.Access(access);
                Assert.Equal(Told(first), Told(second));
                Assert.Equal(before, world.Descriptors());
                // With the flags set a translation that knows no HTTU agrees, if the access passed.
                if (!first.Passed)
                    continue;
                var told = naive.Translate(
                    world.Entry.Value,
                    access.Address.Value,
                    access.Write,
                    access.Privileged,
                    false
                );
                Assert.Equal((0, first.Address.Value), (told.Event, told.Address));
            }
        });

    private static void Holds(Action<WorldSpec> property) =>
        Prop.ForAll(WorldSpec.Arbitrary, property).Check(Search);

    private static NaiveModel NaiveOf(World world) =>
        new(
            world.Rig.Memory,
            world.Profile.IDR5.OAS.ToBits(),
            world.Profile.IDR0.TTENDIAN == WalkEndianness.Big,
            world.Profile.IDR3.XNX
        );

    private static void Agree(NaiveAnswer naive, Translation answer, Transaction access) =>
        Assert.True(
            naive == Told(answer),
            $"{access}: by the manual {naive}, by the emulator {Told(answer)} ({answer.Event})"
        );

    // What a fault says that the naive model says too.
    private static NaiveAnswer Told(Translation answer)
    {
        var record = answer.Event;
        return answer.Passed ? Passed(answer)
            : record.Is<FTranslation>()
                ? Of(
                    record,
                    record.As<FTranslation>().S2,
                    record.As<FTranslation>().CLASS,
                    record.As<FTranslation>().IPA
                )
            : record.Is<FAddrSize>()
                ? Of(
                    record,
                    record.As<FAddrSize>().S2,
                    record.As<FAddrSize>().CLASS,
                    record.As<FAddrSize>().IPA
                )
            : record.Is<FAccess>()
                ? Of(
                    record,
                    record.As<FAccess>().S2,
                    record.As<FAccess>().CLASS,
                    record.As<FAccess>().IPA
                )
            : record.Is<FPermission>()
                ? Of(
                    record,
                    record.As<FPermission>().S2,
                    record.As<FPermission>().CLASS,
                    record.As<FPermission>().IPA
                )
            : new(record.Id, false, 0, 0);
    }

    // Both levels alike: the worlds have no others. Bits of a MAIR byte's level: 0100 Non-cacheable, 01 in [3:2] Write-Back.
    private static NaiveAnswer Passed(Translation answer)
    {
        var level = answer.Attributes.Encoding & 0xf;
        var memory =
            answer.Attributes.Encoding < 0x10 ? level >> 2
            : level == 0b0100 ? 4
            : (level & 0b0100) == 0 ? 5
            : 6;
        return new(0, false, 0, answer.Address.Value, memory, (int)answer.Attributes.Shareability);
    }

    private static NaiveAnswer Of(EventRecord record, bool second, EventClass kind, Ipa ipa) =>
        new(record.Id, second, (int)kind, second ? ipa.Value : 0);

    private static void Compare(World warm, World cold)
    {
        foreach (var access in warm.Accesses)
        {
            var expected = Told(cold.Rig.Smmu.Access(access));
            // Twice: the first may fill a cache, the second is answered by it.
            Assert.Equal(expected, Told(warm.Rig.Smmu.Access(access)));
            Assert.Equal(expected, Told(warm.Rig.Smmu.Access(access)));
        }
    }

    private static void Same(
        World world,
        Transaction access,
        bool granted,
        AtsCompletion completion
    )
    {
        var answer = world.Rig.Smmu.Access(access);
        world.Rig.TakeEvents();
        Assert.True(
            granted == answer.Passed,
            $"{access}: granted is {granted}, but the transaction was {answer.Result}"
        );
        if (!granted)
            return;
        var inside = (1ul << completion.Size) - 1;
        Assert.Equal(
            answer.Address.Value,
            (completion.Address & ~inside) | (access.Address.Value & inside)
        );
    }

    private static void AtosAgrees(World world, Transaction access)
    {
        var type = world.Stages switch
        {
            0 => AtosType.Stage1,
            1 => AtosType.Stage2,
            _ => AtosType.Both,
        };
        var smmu = world.Rig.Smmu;
        smmu.Write64(GatosSid.Offset, new GatosSid { STREAMID = World.Nic }.Word(0));
        smmu.Write64(
            GatosAddr.Offset,
            new GatosAddr
            {
                TYPE = type,
                RnW = !access.Write,
                PnU = access.Privileged,
                InD = access.Instruction,
                ADDR = access.Address.Value >> 12 << 12,
            }.Word(0)
        );
        smmu.Write32(GatosCtrl.Offset, 1);
        var result = smmu.Read64(GatosPar.Offset);
        Assert.Empty(world.Rig.TakeEvents());
        var answer = smmu.Access(access with { Address = access.Address.Value >> 12 << 12 });
        world.Rig.TakeEvents();
        Assert.Equal(answer.Passed, (result & 1) == 0);
        if (!answer.Passed)
            Assert.Equal(answer.Event.Id, (byte)GatosParFault.FromWords([result]).FAULTCODE);
    }
}
