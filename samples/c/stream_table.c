/*
 * stream_table.c: a linear stream table (§3.3.1.1), and how one entry becomes another while the SMMU may read it.
 *
 * An entry that no device has is zero, so V = 0: accesses are refused, with an event. Entries of devices are always valid.
 */
#include "internal.h"

/*
 * The entries of all RequesterIDs of a PCIe segment: 4 MiB in a row. More would be a case for two levels; where so much is not to be
 * had, fewer streams are. What is beyond is refused with SMMU_ERANGE.
 */
#define MOST_BITS 16u
#define LEAST_BITS 8u

#define WHOLE UINT64_MAX

bool stream_table_create(struct smmu *smmu)
{
    struct stream_table *table = &smmu->streams;
    unsigned bits = smmu->features.stream_bits < MOST_BITS ? smmu->features.stream_bits : MOST_BITS;
    for (;; bits--) {
        /* The SMMU takes the bits below its size as zero. §6.3.24 */
        table->base = allocate_aligned(smmu->system, (uint64_t)STE_BYTES << bits);
        table->bits = bits;
        if (table->base || bits <= LEAST_BITS)
            return table->base != 0;
    }
}

bool stream_table_covers(const struct smmu *smmu, uint32_t stream)
{
    return (uint64_t)stream >> smmu->streams.bits == 0;
}

static uint64_t word_at(const struct smmu *smmu, uint32_t stream, unsigned word)
{
    return smmu->streams.base + STE_BYTES * (uint64_t)stream + 8 * word;
}

static uint64_t load(const struct smmu *smmu, uint32_t stream, unsigned word)
{
    return smmu->system->load(smmu->system->context, word_at(smmu, stream, word));
}

/* In one piece: the SMMU sees the old word or the new one. §3.21.3 */
static void store(const struct smmu *smmu, uint32_t stream, unsigned word, uint64_t value)
{
    smmu->system->store(smmu->system->context, word_at(smmu, stream, word), value);
}

bool stream_table_passes(const struct smmu *smmu, uint32_t stream)
{
    return load(smmu, stream, 0) == ste_bypass(smmu).word[0];
}

/* Firmware's busy streams. Nobody reads the entry yet. */
void stream_table_let_pass(struct smmu *smmu, uint32_t stream)
{
    struct ste bypass = ste_bypass(smmu);
    for (unsigned i = 0; i < 4; i++)
        store(smmu, stream, i, bypass.word[i]);
    if (!smmu->features.coherent)
        smmu->system->clean(smmu->system->context, word_at(smmu, stream, 0), STE_BYTES);
}

struct ste ste_abort(void)
{
    return (struct ste){{STE_V | STE_CONFIG(CONFIG_ABORT)}};
}

/* Shareability as it comes, and not Non-shareable, which 0 would mean. RES0 where attributes cannot be overridden. §5.2 */
static uint64_t shcfg(const struct smmu *smmu)
{
    return smmu->features.attribute_override ? STE_SHCFG_INCOMING : 0;
}

struct ste ste_bypass(const struct smmu *smmu)
{
    return (struct ste){{STE_V | STE_CONFIG(CONFIG_BYPASS), shcfg(smmu)}};
}

/*
 * One context descriptor, no substreams: S1CDMax is 0. S2VMID is 0, which no domain of stage 2 has (§3.17). Streams are kept from
 * stalling where that is for software to say; elsewhere S1STALLD would be ILLEGAL (§5.2).
 */
struct ste ste_stage1(const struct smmu *smmu, uint64_t context)
{
    const struct features *features = &smmu->features;
    unsigned cache = features->coherent ? CACHE_WRITE_BACK : CACHE_NONE;
    struct ste ste = {{STE_V | STE_CONFIG(CONFIG_STAGE1) | context}};
    ste.word[1] = STE_S1CIR(cache) | STE_S1COR(cache) | STE_S1CSH(features->coherent ? SH_INNER : SH_OUTER)
                  | (features->stall_chosen ? STE_S1STALLD : 0);
    return ste;
}

/* S2S says that faults stall: forbidden or a choice on most SMMUs, a must on some (§5.2). Faults are recorded (S2R). */
struct ste ste_stage2(const struct smmu *smmu, const struct page_table *table, uint16_t vmid)
{
    unsigned cache = table->coherent ? CACHE_WRITE_BACK : CACHE_NONE;
    /* S2SL0 counts upwards from the lowest level at which a walk may start. */
    unsigned start = (table->page_shift == 12 ? 2 : 3) - table->start_level;
    struct ste ste = {{STE_V | STE_CONFIG(CONFIG_STAGE2), shcfg(smmu)}};
    ste.word[2] = STE_S2VMID(vmid) | STE_S2T0SZ(64 - table->input_bits) | STE_S2SL0(start) | STE_S2IR0(cache)
                  | STE_S2OR0(cache) | STE_S2SH0(table->coherent ? SH_INNER : SH_OUTER)
                  | STE_S2TG(page_table_granule(table)) | STE_S2PS(page_table_output_size(table)) | STE_S2AA64
                  | (table->big_endian ? STE_S2ENDI : 0) | (smmu->features.stall_forced ? STE_S2S : 0) | STE_S2R;
    ste.word[3] = table->root;
    return ste;
}

/* Which bits of an entry mean something, by what its word 0 says. */
static struct ste meaning_of(uint64_t word0)
{
    const uint64_t stage1 = STE_S1CIR(3) | STE_S1COR(3) | STE_S1CSH(3) | STE_S1STALLD;
    if (!(word0 & STE_V))
        return (struct ste){{STE_V}};
    switch (field(word0, 3, 1)) {
    case CONFIG_BYPASS:
        return (struct ste){{WHOLE, STE_SHCFG_INCOMING}};
    case CONFIG_STAGE1:
        return (struct ste){{WHOLE, stage1, STE_S2VMID(0xffff)}};
    case CONFIG_STAGE2:
        return (struct ste){{WHOLE, STE_SHCFG_INCOMING, WHOLE, WHOLE}};
    default:
        return (struct ste){{WHOLE}};
    }
}

/* Any change must be told, even one of an entry that was invalid; the copies of the context descriptor go with it. §4.3.1 */
static int announce(struct smmu *smmu, uint32_t stream)
{
    if (!smmu->features.coherent)
        smmu->system->clean(smmu->system->context, word_at(smmu, stream, 0), STE_BYTES);
    const uint64_t leaf = 1;
    return commands_run_one(smmu, CMD_CFGI_STE | (uint64_t)stream << 32, leaf);
}

/* Stores words 1 to 3 where they differ, and has the SMMU know. */
static int set_body(struct smmu *smmu, uint32_t stream, const struct ste *body)
{
    bool changed = false;
    for (unsigned i = 1; i < 4; i++)
        if (load(smmu, stream, i) != body->word[i]) {
            store(smmu, stream, i, body->word[i]);
            changed = true;
        }
    return changed ? announce(smmu, stream) : 0;
}

static int set_head(struct smmu *smmu, uint32_t stream, uint64_t word0)
{
    if (load(smmu, stream, 0) == word0)
        return 0;
    store(smmu, stream, 0, word0);
    return announce(smmu, stream);
}

/*
 * An SMMU reads an entry in pieces of 64 bits, at any moment, and may keep what it has read (§3.21.3). So whatever mixture of
 * words it gets must mean the old entry, the new one, or a refusal: word 0 is the switch, and the others change only while the
 * entry in force does not read them. Between two steps the SMMU has confirmed that it knows the first one, so that nothing it
 * has read before lives on. If that fails nothing more is stored, and the entry still means one of the three.
 */
int stream_table_set(struct smmu *smmu, uint32_t stream, const struct ste *target, bool unsure)
{
    /* 0. What the new entry points to is visible before the entry is. And memory is what the SMMU knows. */
    smmu->system->barrier(smmu->system->context);
    int error = unsure ? announce(smmu, stream) : 0;
    if (error)
        return error;

    /* 1. If both entries read the same bits of words 1 to 3 and want them differently, it goes by way of an abort. */
    uint64_t head = load(smmu, stream, 0);
    struct ste in_force = meaning_of(head), after = meaning_of(target->word[0]);
    for (unsigned i = 1; i < 4; i++)
        if ((load(smmu, stream, i) ^ target->word[i]) & in_force.word[i] & after.word[i])
            head = ste_abort().word[0];
    error = set_head(smmu, stream, head);
    in_force = meaning_of(head);

    /* 2. Whatever of words 1 to 3 the entry in force does not read. */
    struct ste body = *target;
    for (unsigned i = 1; i < 4; i++)
        body.word[i] = (load(smmu, stream, i) & in_force.word[i]) | (target->word[i] & ~in_force.word[i]);
    if (!error)
        error = set_body(smmu, stream, &body);

    /* 3. The switch. */
    if (!error)
        error = set_head(smmu, stream, target->word[0]);

    /* 4. What only the old entry has read. */
    if (!error)
        error = set_body(smmu, stream, target);
    return error;
}
