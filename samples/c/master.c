/*
 * master.c: devices, and what they are attached to.
 *
 * The old translation stays in force until the new one is written, and what the old one used is given up only when the SMMU has
 * confirmed that it knows. If it does not confirm, it may use either: then the master keeps what it had, and what was wanted
 * lingers, so that it is neither freed nor left out of invalidations, until a later change is confirmed.
 */
#include "internal.h"

#include <stdlib.h>

static bool has_stream(const struct master *master, uint32_t stream)
{
    for (uint32_t i = 0; i < master->stream_count; i++)
        if (master->streams[i] == stream)
            return true;
    return false;
}

struct master *master_of_stream(const struct smmu *smmu, uint32_t stream)
{
    for (struct master *master = smmu->masters; master; master = master->next)
        if (has_stream(master, stream))
            return master;
    return NULL;
}

/*
 * An entry that firmware's busy device needs stays as it is until the device is attached: no other is a bypass. What the SMMU knows
 * of one that somebody had before, or nearly had, is not relied on.
 */
static int give_default(const struct master *master)
{
    struct ste abort = ste_abort();
    for (uint32_t i = 0; i < master->stream_count; i++) {
        if (stream_table_passes(master->smmu, master->streams[i]))
            continue;
        int error = stream_table_set(master->smmu, master->streams[i], &abort, true);
        if (error)
            return error;
    }
    return 0;
}

int master_add(struct smmu *smmu, const struct smmu_master *description, struct master **made)
{
    for (uint32_t i = 0; i < description->stream_count; i++)
        if (!stream_table_covers(smmu, description->streams[i]))
            return SMMU_ERANGE;
    for (uint32_t i = 0; i < description->stream_count; i++)
        if (master_of_stream(smmu, description->streams[i]))
            return SMMU_ENODEV;

    struct master *master = calloc(1, sizeof *master + description->stream_count * sizeof master->streams[0]);
    if (!master)
        return SMMU_ENOMEM;
    master->smmu = smmu;
    master->untouched = true;
    /* Aliases are listed twice. */
    for (uint32_t i = 0; i < description->stream_count; i++)
        if (!has_stream(master, description->streams[i]))
            master->streams[master->stream_count++] = description->streams[i];

    int error = give_default(master);
    if (error) {
        free(master);
        return error;
    }
    master->next = smmu->masters;
    smmu->masters = master;
    *made = master;
    return 0;
}

static struct ste entry_for(const struct master *master, const struct attachment *attachment)
{
    const struct domain *domain = attachment ? attachment->domain : NULL;
    if (!domain || domain->kind == SMMU_BLOCKED)
        return ste_abort();
    if (domain->kind == SMMU_IDENTITY)
        return ste_bypass(master->smmu);
    if (domain->table.stage == 1)
        return ste_stage1(master->smmu, attachment->presence->context);
    return ste_stage2(master->smmu, &domain->table, attachment->presence->tag);
}

static int write_entries(const struct master *master, const struct ste *entry, bool unsure)
{
    for (uint32_t i = 0; i < master->stream_count; i++) {
        int error = stream_table_set(master->smmu, master->streams[i], entry, unsure);
        if (error)
            return error;
    }
    return 0;
}

/* From now on the SMMU may use the domain: it is not freed, and what is unmapped in it is invalidated there. */
static int join(const struct master *master, struct domain *domain, struct attachment **joined)
{
    if (domain->kind == SMMU_PAGING && !presence_fits(domain, master->smmu))
        return SMMU_EINVAL;
    struct attachment *attachment = calloc(1, sizeof *attachment);
    if (!attachment)
        return SMMU_ENOMEM;
    attachment->domain = domain;
    int error = domain->kind == SMMU_PAGING ? presence_get(domain, master->smmu, &attachment->presence) : 0;
    if (error) {
        free(attachment);
        /* An SMMU with no tag left for it is one that it does not fit. */
        return error == SMMU_ENOSPC ? SMMU_EINVAL : error;
    }
    domain->users++;
    if (attachment->presence)
        attachment->presence->users++;
    *joined = attachment;
    return 0;
}

static int leave(struct attachment *attachment)
{
    attachment->domain->users--;
    int error = attachment->presence ? presence_leave(attachment->presence) : 0;
    free(attachment);
    return error;
}

static int leave_all(struct attachment **list)
{
    int error = 0;
    while (*list) {
        struct attachment *attachment = *list;
        *list = attachment->next;
        int failed = leave(attachment);
        error = error ? error : failed;
    }
    return error;
}

int master_attach(struct master *master, struct domain *domain)
{
    struct domain *has = master->current ? master->current->domain : NULL;
    bool is_new = has != domain;
    if (!is_new && !master->unsettled)
        return 0;
    if (master->smmu->shut_down)
        return SMMU_EINVAL;

    /* 1. Everything that can fail and change nothing. */
    struct attachment *wanted = is_new ? NULL : master->current;
    int error = is_new && domain ? join(master, domain, &wanted) : 0;
    if (error)
        return error;

    /* 2. The entries. */
    master->untouched = false;
    struct ste entry = entry_for(master, wanted);
    error = write_entries(master, &entry, master->unsettled);
    if (error) {
        master->unsettled = true;
        if (is_new && wanted) {
            wanted->next = master->lingering;
            master->lingering = wanted;
        }
        return error;
    }
    master->unsettled = false;

    /* 3. No access uses anything else any more. */
    if (is_new && master->current) {
        master->current->next = master->lingering;
        master->lingering = master->current;
    }
    master->current = wanted;
    return leave_all(&master->lingering);
}

static void take_out(struct master *master)
{
    struct master **link = &master->smmu->masters;
    while (*link != master)
        link = &(*link)->next;
    *link = master->next;
    free(master);
}

/* Where a tag could not be forgotten the device can go nevertheless: its domain knows. */
int master_remove(struct master *master)
{
    if (!master->smmu->shut_down)
        master_attach(master, NULL);
    if (master->current || master->unsettled)
        return SMMU_ETIMEDOUT;
    take_out(master);
    return 0;
}

/* What the SMMU may hold has gone with it. */
void master_forget(struct master *master)
{
    if (master->current) {
        master->current->next = master->lingering;
        master->lingering = master->current;
    }
    leave_all(&master->lingering);
    take_out(master);
}

/*
 * Records of stalls may have been lost (EVENTQ_ABT_ERR), and what stalls unrecorded would wait for ever. Streams abort while
 * CMD_STALL_TERM ends what waits, then they have again what they had. §4.7.2, §7.2.2
 */
void master_end_stalls(struct smmu *smmu)
{
    smmu->lost_events = false;
    if (!smmu->features.stall_forced)
        return;
    /* What was recorded has its answer first: afterwards there is nothing to answer. */
    events_drain(smmu);
    struct ste abort = ste_abort();
    for (struct master *master = smmu->masters; master; master = master->next) {
        /* Never translated, nothing has stalled; and firmware's device may be at work. */
        if (master->untouched)
            continue;
        struct ste entry = entry_for(master, master->current);
        int error = write_entries(master, &abort, master->unsettled);
        for (uint32_t i = 0; !error && i < master->stream_count; i++)
            error = commands_run_one(smmu, CMD_STALL_TERM | (uint64_t)master->streams[i] << 32, 0);
        if (!error)
            error = write_entries(master, &entry, false);
        if (error)
            master->unsettled = true;
    }
}
