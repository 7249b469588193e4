/* events.c: the event queue, which the SMMU fills and the driver empties. §3.5, §7.2 to §7.4 */
#include "internal.h"

#define EVENT_BYTES 32u
#define MOST_BITS 8u

bool events_create(struct smmu *smmu)
{
    struct event_queue *queue = &smmu->events;
    queue->bits = smmu->features.event_bits < MOST_BITS ? smmu->features.event_bits : MOST_BITS;
    queue->base = allocate_aligned(smmu->system, (uint64_t)EVENT_BYTES << queue->bits);
    return queue->base != 0;
}

/* The base goes first, as with commands. All of them come up UNKNOWN, the overflow flags too. §6.3.95 */
void events_install(struct smmu *smmu)
{
    struct event_queue *queue = &smmu->events;
    queue->consumer = 0;
    smmu->system->write64(smmu->system->context, smmu->node, SMMU_EVENTQ_BASE, queue->base | queue->bits);
    smmu_write(smmu, smmu->page1 + SMMU_EVENTQ_PROD, 0);
    smmu_write(smmu, smmu->page1 + SMMU_EVENTQ_CONS, 0);
}

static int kind_of(unsigned number)
{
    switch (number) {
    case F_TRANSLATION:
    case F_ADDR_SIZE:
    case F_ACCESS:
    case F_PERMISSION:
        return SMMU_FAULT_TRANSLATION;
    case C_BAD_STREAMID:
    case F_STE_FETCH:
    case C_BAD_STE:
    case F_STREAM_DISABLED:
    case C_BAD_SUBSTREAMID:
    case F_CD_FETCH:
    case C_BAD_CD:
    case F_WALK_EABT:
    case F_VMS_FETCH:
        return SMMU_FAULT_CONFIGURATION;
    default:
        return SMMU_FAULT_OTHER;
    }
}

static void tell(struct smmu *smmu, const uint64_t record[4])
{
    const struct smmu_system *system = smmu->system;
    uint32_t stream = (uint32_t)field(record[0], 63, 32);
    const struct master *owner = master_of_stream(smmu, stream);
    struct smmu_fault_report report = {.smmu = smmu->handle};
    report.has_master = owner != NULL;
    report.master = owner ? owner->handle : 0;
    report.kind = (uint8_t)kind_of((unsigned)field(record[0], 7, 0));
    for (int i = 0; i < 4; i++)
        report.record[i] = record[i];
    system->report(system->context, &report);

    /*
     * A transaction that stalls waits for an answer (Stall, §7.3.13), and nobody here resolves a fault: it is ended with an abort.
     * Each record has one answer, with its own STAG. §4.7.1
     */
    if (report.kind == SMMU_FAULT_TRANSLATION && field(record[1], 31, 31)) {
        const uint64_t terminate = 0, abort = BIT(13);
        commands_post(smmu, CMD_RESUME | terminate | abort | (uint64_t)stream << 32, field(record[1], 15, 0));
    }
}

/* Until the queue is empty: while it is not, no interrupt tells of new records. §3.18.2 */
void events_drain(struct smmu *smmu)
{
    const struct smmu_system *system = smmu->system;
    struct event_queue *queue = &smmu->events;
    const uint32_t pointer = (UINT32_C(2) << queue->bits) - 1, index = pointer >> 1;
    for (;;) {
        /* A producer's overflow flag that is not the one acknowledged: records were lost since. §7.4 */
        uint32_t producer = smmu_read(smmu, smmu->page1 + SMMU_EVENTQ_PROD);
        bool overflow = (producer ^ queue->consumer) & EVENTQ_OVERFLOW;
        if (overflow) {
            say(system, 1, "event queue overflow: records were lost");
            queue->consumer ^= EVENTQ_OVERFLOW;
        }
        if (!((producer ^ queue->consumer) & pointer)) {
            if (overflow)
                smmu_write(smmu, smmu->page1 + SMMU_EVENTQ_CONS, queue->consumer);
            return;
        }

        while ((producer ^ queue->consumer) & pointer) {
            uint64_t record[4];
            uint64_t slot = queue->base + EVENT_BYTES * (uint64_t)(queue->consumer & index);
            for (unsigned i = 0; i < 4; i++)
                record[i] = system->load(system->context, slot + 8 * i);

            /* The slot is the SMMU's again with the write, and may change at once: it has been read before. §3.5.2 */
            system->barrier(system->context);
            queue->consumer = (queue->consumer & EVENTQ_OVERFLOW) | ((queue->consumer + 1) & pointer);
            smmu_write(smmu, smmu->page1 + SMMU_EVENTQ_CONS, queue->consumer);
            tell(smmu, record);
        }
    }
}
