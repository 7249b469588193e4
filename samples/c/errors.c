/*
 * errors.c: SMMU_GERROR. An error is active while its bit differs from its fellow in SMMU_GERRORN; making them equal
 * acknowledges it, and lets a command queue go on that it had stopped. §6.3.19, §6.3.20, §7.5
 */
#include "internal.h"

static void repair_commands(struct smmu *smmu)
{
    uint32_t cons = smmu_read(smmu, SMMU_CMDQ_CONS);
    switch (field(cons, 30, 24)) {
    case CERROR_NONE:
    /* Read again after the acknowledge. */
    case CERROR_ABT:
    /* Devices have no ATS here, so it was not for us to give one. The CMD_SYNC is executed again. */
    case CERROR_ATC_INV_SYNC:
        return;
    /* It would stop the queue again and again. So would whatever an unknown code means. */
    case CERROR_ILL:
    default:
        commands_replace(smmu, cons);
    }
}

void errors_serve(struct smmu *smmu)
{
    uint32_t raised = smmu_read(smmu, SMMU_GERROR);
    uint32_t active = raised ^ smmu_read(smmu, SMMU_GERRORN);
    if (!active)
        return;

    say(smmu->system, 2, "global error");
    if (active & GERROR_SFM_ERR) {
        /* It has given up, and aborts everything: nothing is to be waited for any more. §12.3 */
        say(smmu->system, 2, "service failure mode: the SMMU is switched off");
        smmu->running = false;
        reset_turn_off(smmu);
    }
    if (active & GERROR_CMDQ_ERR)
        repair_commands(smmu);
    if (active & GERROR_EVENTQ_ABT_ERR)
        smmu->lost_events = true;

    /* Exactly what was seen: an error that has come meanwhile stays active. */
    smmu_write(smmu, SMMU_GERRORN, raised);
}

void errors_forget(struct smmu *smmu)
{
    uint32_t raised = smmu_read(smmu, SMMU_GERROR);
    if (raised != smmu_read(smmu, SMMU_GERRORN))
        smmu_write(smmu, SMMU_GERRORN, raised);
}
