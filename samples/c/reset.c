/* reset.c: registers, and the order in which an SMMU is switched on and off. §3.11, §6.3.9 */
#include "internal.h"

uint32_t smmu_read(const struct smmu *smmu, uint32_t offset)
{
    return smmu->system->read32(smmu->system->context, smmu->node, offset);
}

void smmu_write(const struct smmu *smmu, uint32_t offset, uint32_t value)
{
    smmu->system->write32(smmu->system->context, smmu->node, offset, value);
}

static void write64(const struct smmu *smmu, uint32_t offset, uint64_t value)
{
    smmu->system->write64(smmu->system->context, smmu->node, offset, value);
}

/* Waits until the bits of a register that `mask` names have a value. */
static int wait_for(const struct smmu *smmu, uint32_t offset, uint32_t mask, uint32_t value)
{
    uint64_t since = smmu->system->microseconds(smmu->system->context);
    while ((smmu_read(smmu, offset) & mask) != value) {
        int error = give_turn(smmu->system, since);
        if (error)
            return error;
    }
    return 0;
}

/*
 * SMMU_CR0 and SMMU_IRQ_CTRL only ask for a change; it is made when the register behind shows it. Before that nothing else must be
 * asked for, and somebody else may have asked for something last. §6.3.9, §6.3.16
 */
static int control(struct smmu *smmu, uint32_t offset, uint32_t acknowledge, uint32_t value)
{
    int error = wait_for(smmu, acknowledge, UINT32_MAX, smmu_read(smmu, offset));
    if (!error) {
        smmu_write(smmu, offset, value);
        error = wait_for(smmu, acknowledge, UINT32_MAX, value);
    }
    if (error) {
        say(smmu->system, 2, "an update of a control register does not end");
        smmu->stuck = true;
    }
    return error;
}

static int enable(struct smmu *smmu, uint32_t bits)
{
    smmu->cr0 |= bits;
    return control(smmu, SMMU_CR0, SMMU_CR0ACK, smmu->cr0);
}

/* What arrives while translation is off is refused, not let through. §6.3.14 */
static int abort_while_off(const struct smmu *smmu)
{
    int error = wait_for(smmu, SMMU_GBPA, GBPA_UPDATE, 0);
    if (error)
        return error;
    smmu_write(smmu, SMMU_GBPA, smmu_read(smmu, SMMU_GBPA) | GBPA_ABORT | GBPA_UPDATE);
    return wait_for(smmu, SMMU_GBPA, GBPA_UPDATE, 0);
}

int reset_turn_off(struct smmu *smmu)
{
    smmu->cr0 = 0;
    return control(smmu, SMMU_CR0, SMMU_CR0ACK, 0);
}

/* Messages are stores to a device, Device-nGnRE; an address of 0 means a wire. It comes up UNKNOWN. §3.18, §6.3.21 to §6.3.23 */
static void aim(const struct smmu *smmu, uint32_t config, uint64_t doorbell, uint32_t data)
{
    const uint32_t device_ngnre = 1;
    write64(smmu, config, doorbell);
    smmu_write(smmu, config + 8, data);
    smmu_write(smmu, config + 12, device_ngnre);
}

static int enable_interrupts(struct smmu *smmu, const struct smmu_firmware *firmware)
{
    /* Off while they are aimed: a message could go anywhere. §6.3.21 */
    int error = control(smmu, SMMU_IRQ_CTRL, SMMU_IRQ_CTRLACK, 0);
    if (error)
        return error;
    if (smmu->features.msi) {
        uint64_t doorbell = firmware->has_msi ? firmware->msi_doorbell : 0;
        aim(smmu, SMMU_GERROR_IRQ_CFG0, doorbell, firmware->has_msi ? firmware->msi_global_error : 0);
        aim(smmu, SMMU_EVENTQ_IRQ_CFG0, doorbell, firmware->has_msi ? firmware->msi_event_queue : 0);
    }
    return control(smmu, SMMU_IRQ_CTRL, SMMU_IRQ_CTRLACK, IRQ_CTRL_GERROR | IRQ_CTRL_EVENTQ);
}

/* Tables and queues are read through the caches, or past them by an SMMU that does not look into any. §6.3.11 */
static uint32_t table_attributes(const struct features *features)
{
    uint32_t sh = features->coherent ? SH_INNER : SH_OUTER;
    uint32_t cache = features->coherent ? CACHE_WRITE_BACK : CACHE_NONE;
    uint32_t each = sh << 4 | cache << 2 | cache;
    return each << 6 | each;
}

static int forget_everything(struct smmu *smmu)
{
    /* Configuration first, or the TLB would be filled anew through it. §4.3.6 */
    const uint64_t every_stream = 31;
    int error = commands_run_one(smmu, CMD_CFGI_ALL, every_stream);
    if (!error && smmu->features.hypervisor)
        error = commands_run_one(smmu, CMD_TLBI_EL2_ALL, 0);
    if (!error)
        error = commands_run_one(smmu, CMD_TLBI_NSNH_ALL, 0);
    return error;
}

/* From whatever state it is in to translation with empty caches. */
int reset_run(struct smmu *smmu, const struct smmu_firmware *firmware)
{
    const struct features *features = &smmu->features;
    int error;

    /* 1. Somebody has left it on, and devices may be busy: they must not get past it in between. */
    if (smmu_read(smmu, SMMU_CR0) & CR0_SMMUEN) {
        say(smmu->system, 1, "the SMMU is on already: it starts afresh");
        if ((error = abort_while_off(smmu)))
            return error;
    }

    /* 2. Off: only then tables, queues and attributes may be changed. §6.3.9 */
    if ((error = reset_turn_off(smmu)))
        return error;

    /* 3. Attributes. Unknown StreamIDs are reported (§6.3.12); broadcast TLB maintenance is not for our tags. */
    smmu_write(smmu, SMMU_CR1, table_attributes(features));
    smmu_write(smmu, SMMU_CR2, CR2_RECINVSID | (features->broadcast ? CR2_PTM : 0));

    /* 4. The stream table, visible before its address is. FMT 0: linear. */
    smmu->system->barrier(smmu->system->context);
    smmu->reachable = true;
    write64(smmu, SMMU_STRTAB_BASE, smmu->streams.base);
    smmu_write(smmu, SMMU_STRTAB_BASE_CFG, smmu->streams.bits);

    /* 5. Commands; an error from before would keep the queue stopped. ATSCHK may be cached with entries, so it comes before
     * they are forgotten: traffic that says it is translated is checked, and none of ours may be. §6.3.9.2 */
    errors_forget(smmu);
    commands_install(smmu);
    if ((error = enable(smmu, CR0_CMDQEN | (features->ats ? CR0_ATSCHK : 0))))
        return error;
    if ((error = forget_everything(smmu)))
        return error;

    /* 6. Events, and who is told of them. */
    events_install(smmu);
    if ((error = enable(smmu, CR0_EVENTQEN)))
        return error;
    if ((error = enable_interrupts(smmu, firmware)))
        return error;

    /* 7. Translation. */
    return enable(smmu, CR0_SMMUEN);
}
