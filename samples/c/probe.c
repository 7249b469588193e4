/* probe.c: what an SMMU can do, and what it needs while it is there. */
#include "internal.h"

#include <stdlib.h>

enum { MODEL_THUNDERX2 = 2, MODEL_TEGRA264 = 3 }; /* smmu_firmware.model */

/* Longer addresses need other table formats (§3.4), which this driver does not know. */
#define MOST_OUTPUT_BITS 48u

/* §6.3.6 SMMU_IDR5.OAS. What is reserved is larger than what is known. */
static unsigned output_bits(uint32_t idr5)
{
    static const unsigned bits[] = {32, 36, 40, 42, 44, 48};
    unsigned oas = (unsigned)field(idr5, 2, 0);
    return oas < sizeof bits / sizeof bits[0] ? bits[oas] : MOST_OUTPUT_BITS;
}

static int refuse(const struct smmu *smmu, int error, const char *reason)
{
    say(smmu->system, 2, reason);
    return error;
}

/* §6.3.1, §6.3.2, §6.3.6 */
static int read_features(struct smmu *smmu, const struct smmu_firmware *firmware)
{
    struct features *features = &smmu->features;
    bool one_page = firmware->model == MODEL_THUNDERX2;
    if (firmware->register_bytes < (one_page ? 1 : 2) * (uint64_t)SMMU_PAGE_BYTES)
        return refuse(smmu, SMMU_EINVAL, "a register page is missing");
    /* Cavium erratum 74: what belongs on page 1 is on page 0. */
    smmu->page1 = one_page ? 0 : SMMU_PAGE_BYTES;

    uint32_t idr0 = smmu_read(smmu, SMMU_IDR0);
    uint32_t idr1 = smmu_read(smmu, SMMU_IDR1);
    uint32_t idr5 = smmu_read(smmu, SMMU_IDR5);

    features->stage2 = field(idr0, 0, 0);
    features->stage1 = field(idr0, 1, 1);
    if (!features->stage1 && !features->stage2)
        return refuse(smmu, SMMU_ENXIO, "no stage translates");
    const unsigned aarch64 = 2;
    if (!(field(idr0, 3, 2) & aarch64))
        return refuse(smmu, SMMU_ENXIO, "SMMU_IDR0.TTF: no AArch64 tables");
    if (field(idr1, 30, 28))
        return refuse(smmu, SMMU_ENXIO, "SMMU_IDR1: tables or queues are preset");
    for (unsigned shift = 12; shift <= 16; shift += 2)
        if (field(idr5, 4 + (shift - 12) / 2, 4 + (shift - 12) / 2))
            features->granules |= 1u << shift;
    if (!features->granules)
        return refuse(smmu, SMMU_ENXIO, "SMMU_IDR5: no granule");

    const unsigned only_little = 2, only_big = 3; /* 0: both */
    features->little_endian = field(idr0, 22, 21) != only_big;
    features->big_endian = field(idr0, 22, 21) != only_little;
    features->hypervisor = field(idr0, 9, 9);
    features->broadcast = field(idr0, 5, 5);
    features->ats = field(idr0, 10, 10);
    features->asid_bits = field(idr0, 12, 12) ? 16 : 8;
    features->msi = field(idr0, 13, 13);
    features->vmid_bits = field(idr0, 18, 18) ? 16 : 8;
    features->stall_chosen = field(idr0, 25, 24) == 0;
    features->stall_forced = field(idr0, 25, 24) == 2;
    features->stream_bits = (unsigned)field(idr1, 5, 0);
    features->event_bits = (unsigned)field(idr1, 20, 16);
    features->command_bits = (unsigned)field(idr1, 25, 21);
    features->attribute_override = field(idr1, 27, 27);
    features->output_bits = output_bits(idr5);
    features->invalidate_twice = firmware->model == MODEL_TEGRA264;

    /* Firmware knows what stands between the SMMU and memory, the SMMU does not. §3.15 */
    features->coherent = firmware->coherent;
    if (features->coherent != (bool)field(idr0, 4, 4))
        say(smmu->system, 1, "firmware overrules SMMU_IDR0.COHACC");
    return 0;
}

static void give_back_memory(struct smmu *smmu)
{
    const uint64_t addresses[] = {smmu->streams.base, smmu->commands.base, smmu->events.base};
    for (unsigned i = 0; i < sizeof addresses / sizeof addresses[0]; i++)
        if (addresses[i])
            smmu->system->free(smmu->system->context, addresses[i]);
}

static int start(struct smmu *smmu, const struct smmu_firmware *firmware)
{
    int error = read_features(smmu, firmware);
    if (error)
        return error;

    /* ASID 0 is left to nobody, VMID 0 to streams of stage 1 alone. §3.17 */
    smmu->asids.lowest = smmu->vmids.lowest = 1;
    smmu->asids.bits = smmu->features.asid_bits;
    smmu->vmids.bits = smmu->features.vmid_bits;

    if (!commands_create(smmu) || !events_create(smmu) || !stream_table_create(smmu))
        return SMMU_ENOMEM;
    for (uint32_t i = 0; i < firmware->busy_stream_count; i++)
        if (stream_table_covers(smmu, firmware->busy_streams[i]))
            stream_table_let_pass(smmu, firmware->busy_streams[i]);

    error = reset_run(smmu, firmware);
    if (error) {
        smmu->running = false;
        /* Off again. While an update is under way no other may begin (§6.3.9); then what it may still use is lost. */
        if (smmu->reachable && !smmu->stuck && !reset_turn_off(smmu))
            smmu->reachable = false;
    }
    /* An SMMU that does not understand the commands every one has does not confirm, either. */
    return error == SMMU_EIO ? SMMU_ETIMEDOUT : error;
}

int smmu_start(struct driver *driver, const struct smmu_firmware *firmware, struct smmu **made)
{
    struct smmu *smmu = calloc(1, sizeof *smmu);
    if (!smmu)
        return SMMU_ENOMEM;
    smmu->system = driver->system;
    smmu->node = firmware->node;
    int error = start(smmu, firmware);
    if (error) {
        if (!smmu->reachable)
            give_back_memory(smmu);
        free(smmu);
        return error;
    }
    *made = smmu;
    return 0;
}

int smmu_shut_down(struct smmu *smmu)
{
    if (smmu->shut_down && !smmu->reachable)
        return 0;
    smmu->shut_down = true;
    smmu->running = false;
    int error = reset_turn_off(smmu);
    if (!error)
        smmu->reachable = false;
    return error;
}

void smmu_free(struct smmu *smmu)
{
    give_back_memory(smmu);
    free(smmu);
}

/* The lowest free one. §3.17 */
int tag_take(struct tag_pool *pool, uint16_t *tag)
{
    for (uint32_t i = pool->lowest; i < UINT32_C(1) << pool->bits; i++) {
        if (pool->taken[i / 8] == 0xff)
            i |= 7;
        else if (!(pool->taken[i / 8] & 1u << i % 8)) {
            pool->taken[i / 8] |= (uint8_t)(1u << i % 8);
            *tag = (uint16_t)i;
            return 0;
        }
    }
    return SMMU_ENOSPC;
}

void tag_return(struct tag_pool *pool, uint16_t tag)
{
    pool->taken[tag / 8] &= (uint8_t)~(1u << tag % 8);
}
