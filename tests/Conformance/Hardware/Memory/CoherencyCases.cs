using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What an SMMU sees of a PE's stores: by IDR0.COHACC, and by the attributes of its own accesses (§3.15, §6.3.1).</summary>
public sealed class CoherencyCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x10_0000;
    private static readonly PhysicalAddress Data = 0x1_c000_0000;

    /// <summary>One structure, read with attributes that snoop or with others.</summary>
    public sealed record Read(string Structure, bool Cacheable, Shareability Shareability)
    {
        public override string ToString() =>
            $"{Structure}-{(Cacheable ? "wb" : "nc")}-{Shareability.ToString().ToLowerInvariant()}";
    }

    public static IEnumerable<Read> Reads =>
        from structure in new[] { "descriptor", "cd", "ste", "command" }
        from row in new[]
        {
            new Read(structure, true, Shareability.Inner),
            new Read(structure, true, Shareability.Outer),
            new Read(structure, true, Shareability.NonShareable),
            new Read(structure, false, Shareability.Outer),
        }
        select row;

    /// <summary>§6.3.1, §3.15: a store is seen if the access snoops; else it must be cleaned to memory first.</summary>
    [Case("hw.coherency.own-accesses", Level.Architecture, "probe.013", "probe.031")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Reads))]
    public void What_does_not_snoop_sees_only_what_was_cleaned(Profile profile, Read row)
    {
        var rig = new TranslationRig(profile);
        var (at, sees) = Prepare(rig, row);
        var (old, next) = (rig.Memory.Read64(at), Changed(rig, row, at));

        // A PE stores the word: memory's old one is what stands below its cache.
        rig.Machine.HeldBack().Store(at, old);
        rig.Memory.Write64(at, next);

        Assert.Equal(profile.Coherent && row is { Cacheable: true, Shareability: not 0 }, sees());
        rig.Machine.HeldBack().Clean(at, 8);
        rig.Machine.HeldBack().Complete();
        Assert.True(sees(), "what is cleaned is seen by everybody");
    }

    /// <summary>§6.3.1, §3.15.1: it says nothing of client transactions.</summary>
    [Case("hw.coherency.clients", Level.Architecture, "probe.032", "other.002")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Client_transactions_do_not_depend_on_it(Profile profile)
    {
        Assert.Equal(Attributes(profile, coherent: true), Attributes(profile, coherent: false));

        static MemoryAttributes Attributes(Profile profile, bool coherent)
        {
            var rig = new TranslationRig(
                profile with
                {
                    Coherent = coherent,
                    IDR0 = profile.IDR0 with { COHACC = coherent },
                }
            );
            var (tables, _) = rig.Attach(Nic, adjust: cd => cd with { MAIR0 = 0xff });
            tables.Map(Here, Data);
            var answer = rig.Access(Nic, Here);
            Assert.True(answer.Attributes.IsWriteBack, $"{answer.Attributes}");
            return answer.Attributes;
        }
    }

    // Where the word stands, and whether its new value is seen by a lookup that starts anew.
    private static (PhysicalAddress At, Func<bool> Sees) Prepare(TranslationRig rig, Read row)
    {
        var (inner, walks) = row.Cacheable
            ? (AccessCacheability.WriteBack, Cacheability.WriteBackAllocate)
            : (AccessCacheability.NonCacheable, Cacheability.NonCacheable);
        rig.Disable();
        rig.Write32(Cr0.Offset, 0);
        rig.Write32(
            Cr1.Offset,
            TranslationRig.Word(
                new Cr1
                {
                    QUEUE_IC = inner,
                    QUEUE_OC = inner,
                    QUEUE_SH = row.Shareability,
                    TABLE_IC = inner,
                    TABLE_OC = inner,
                    TABLE_SH = row.Shareability,
                }
            )
        );
        rig.Reshape(rig.Configuration);
        var (tables, cd) = rig.Attach(
            Nic,
            adjust: c => c with { IR0 = walks, OR0 = walks, SH0 = row.Shareability },
            adjustEntry: entry =>
                entry with
                {
                    S1CIR = walks,
                    S1COR = walks,
                    S1CSH = row.Shareability,
                }
        );
        tables.Map(Here, Data);
        return row.Structure switch
        {
            "descriptor" => (
                tables.SlotOf(Here, 3),
                () => Anew(rig).Address.Value == Data.Value + 0x1_0000
            ),
            "cd" => (cd, () => Anew(rig).Event.Is<CBadCd>()),
            "ste" => (rig.SteAt(Nic), () => Anew(rig).Event.Is<CBadSte>()),
            _ => (rig.NextCommand, Consumption(rig)),
        };
    }

    private static ulong Changed(TranslationRig rig, Read row, PhysicalAddress at) =>
        row.Structure switch
        {
            "descriptor" => Swapped(rig, Data.Value + 0x1_0000),
            // Bit 0 of an STE and bit 31 of a CD: V.
            "ste" => rig.Memory.Read64(at) & ~1ul,
            "cd" => rig.Memory.Read64(at) & ~(1ul << 31),
            _ => new Sync().Word(0),
        };

    private static ulong Swapped(TranslationRig rig, ulong output)
    {
        var scratch = rig.Allocate(8, 8);
        new TableMemory(rig).Write(
            scratch,
            new TestTables(rig, rig.SmallestGranule).Leaf(output).Word(0)
        );
        return rig.Memory.Read64(scratch);
    }

    private static Translation Anew(TranslationRig rig)
    {
        rig.Smmu.Caches.InvalidateAll();
        var answer = rig.Access(Nic, Here);
        rig.TakeEvents();
        return answer;
    }

    // A slot of zeros is no command: opcode 0 is an error, which stops the queue until it is acknowledged.
    private static Func<bool> Consumption(TranslationRig rig)
    {
        var rung = false;
        return () =>
        {
            if (rung)
                rig.Write32(GErrorN.Offset, rig.Smmu.Read32(GError.Offset));
            else
                rig.RingDoorbell();
            rung = true;
            var consumer = new CmdqCons(rig.Smmu.Read32(CmdqCons.Offset));
            return consumer.RD == new CmdqProd(rig.Smmu.Read32(CmdqProd.Offset)).WR;
        };
    }
}
