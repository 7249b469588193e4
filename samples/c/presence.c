/*
 * presence.c: a paging domain on one SMMU.
 *
 * Its translations carry a tag there, an ASID or a VMID, that no other domain has there (§3.17). At stage 1 it also has one context
 * descriptor, written once, before any entry points to it, and never changed: all streams of that SMMU that are attached share it
 * (§5.4), and to attach means to store one word of a stream table entry.
 */
#include "internal.h"

#include <stdlib.h>

static struct tag_pool *pool_of(const struct presence *presence)
{
    return presence->domain->table.stage == 1 ? &presence->smmu->asids : &presence->smmu->vmids;
}

/*
 * It can walk the domain's tables: the same granule and byte order, no address that it could not put out, no cache it would not look
 * into.
 */
bool presence_fits(const struct domain *domain, const struct smmu *smmu)
{
    const struct page_table *table = &domain->table;
    const struct features *features = &smmu->features;
    return (table->stage == 1 ? features->stage1 : features->stage2) && (features->granules & 1u << table->page_shift)
           && (table->big_endian ? features->big_endian : features->little_endian)
           && table->output_bits <= features->output_bits && (features->coherent || !table->coherent);
}

/* §5.4. Faults are recorded (R) and aborted (A), and stall only where everything must (S). TTB1 is not used (EPD1). */
static void write_context(const struct presence *presence)
{
    const struct smmu_system *system = presence->smmu->system;
    const struct page_table *table = &presence->domain->table;
    unsigned cache = table->coherent ? CACHE_WRITE_BACK : CACHE_NONE;
    /* Index 0 Normal Non-cacheable, 1 Normal Write-Back, 2 Device-nGnRE. */
    const uint64_t mair = 0x04ff44;
    const uint64_t words[CD_BYTES / 8] = {
        CD_T0SZ(64 - table->input_bits) | CD_TG0(page_table_granule(table)) | CD_IR0(cache) | CD_OR0(cache)
            | CD_SH0(table->coherent ? SH_INNER : SH_OUTER) | (table->big_endian ? CD_ENDI : 0) | CD_EPD1 | CD_V
            | CD_IPS(page_table_output_size(table)) | CD_AA64
            | (presence->smmu->features.stall_forced ? CD_S : 0) | CD_R | CD_A | CD_ASET | CD_ASID(presence->tag),
        table->root,
        0,
        mair,
    };
    for (unsigned i = 0; i < CD_BYTES / 8; i++)
        system->store(system->context, presence->context + 8 * i, words[i]);
    if (!presence->smmu->features.coherent)
        system->clean(system->context, presence->context, CD_BYTES);
}

static int begin(struct presence *presence)
{
    const struct smmu_system *system = presence->smmu->system;
    if (presence->domain->table.stage == 1) {
        presence->context = allocate_aligned(system, CD_BYTES);
        if (!presence->context)
            return SMMU_ENOMEM;
    }
    int error = tag_take(pool_of(presence), &presence->tag);
    if (error) {
        if (presence->context)
            system->free(system->context, presence->context);
        return error;
    }
    if (presence->context)
        write_context(presence);
    return 0;
}

/* The one there is, or a new one. */
int presence_get(struct domain *domain, struct smmu *smmu, struct presence **found)
{
    for (struct presence *one = domain->presences; one; one = one->next)
        if (one->smmu == smmu) {
            *found = one;
            return 0;
        }
    struct presence *presence = calloc(1, sizeof *presence);
    if (!presence)
        return SMMU_ENOMEM;
    presence->domain = domain;
    presence->smmu = smmu;
    int error = begin(presence);
    if (error) {
        free(presence);
        return error;
    }
    presence->next = domain->presences;
    domain->presences = presence;
    *found = presence;
    return 0;
}

/* Takes it out of its domain's list. Nothing in the SMMU knows of it any more. */
void presence_free(struct presence *presence)
{
    const struct smmu_system *system = presence->smmu->system;
    struct presence **link = &presence->domain->presences;
    while (*link != presence)
        link = &(*link)->next;
    *link = presence->next;
    tag_return(pool_of(presence), presence->tag);
    if (presence->context)
        system->free(system->context, presence->context);
    free(presence);
}

static int invalidate_all(const struct presence *presence)
{
    uint64_t tag = presence->tag;
    if (presence->domain->table.stage == 1)
        return commands_run_one(presence->smmu, CMD_TLBI_NH_ASID | tag << 48, 0);
    return commands_run_one(presence->smmu, CMD_TLBI_S12_VMALL | tag << 32, 0);
}

/* One command each, without range: it hits the page or block that maps the address. Only leaves have gone. §4.4.2, §4.4.3 */
static int invalidate_each(const struct presence *presence, const struct gone *gone)
{
    const uint64_t tag = presence->tag, leaf = 1;
    struct batch batch;
    batch.count = 0;
    for (unsigned i = 0; i < gone->count; i++)
        batch_add(&batch,
                  presence->domain->table.stage == 1 ? CMD_TLBI_NH_VA | tag << 48 : CMD_TLBI_S2_IPA | tag << 32,
                  gone->address[i] | leaf);
    return commands_run(presence->smmu, &batch);
}

/* What fails now is made up for before the tag, the tables or the pages get another use: see domain_free and domain_flush. */
int presence_invalidate(struct presence *presence, const struct gone *gone)
{
    bool all = !gone || gone->count > MOST_PAGES || presence->stale;
    int error = all ? invalidate_all(presence) : invalidate_each(presence, gone);
    presence->stale = error != 0;
    return error;
}

/* With the last attachment the TLB forgets the tag: as long as nothing is attached, nothing has to be invalidated. */
int presence_leave(struct presence *presence)
{
    presence->users--;
    return presence->users ? 0 : presence_invalidate(presence, NULL);
}
