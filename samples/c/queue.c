/*
 * queue.c: the command queue.
 *
 * Commands are stored, a barrier makes them visible, and one write of SMMU_CMDQ_PROD hands them over (§3.5.2, §3.21.2). That
 * SMMU_CMDQ_CONS passes a command says only that it was read; that it passes a CMD_SYNC says that all before it have had their
 * effect (§4.1.4, §4.7.3). So every batch ends in one, and CONS is all that is looked at: neither MSIs nor events are needed.
 */
#include "internal.h"

#define COMMAND_BYTES 16u

/* 256 commands: the driver waits for each batch, so that more would lie idle. */
#define MOST_BITS 8u

static uint32_t entries(const struct command_queue *queue)
{
    return UINT32_C(1) << queue->bits;
}

/* §3.5.1: an index, and above it the wrap bit. */
static uint32_t pointer_at(const struct command_queue *queue, uint64_t position)
{
    return (uint32_t)position & (2 * entries(queue) - 1);
}

bool commands_create(struct smmu *smmu)
{
    struct command_queue *queue = &smmu->commands;
    queue->bits = smmu->features.command_bits < MOST_BITS ? smmu->features.command_bits : MOST_BITS;
    queue->base = allocate_aligned(smmu->system, (uint64_t)COMMAND_BYTES << queue->bits);
    return queue->base != 0;
}

/* The base goes first: its LOG2SIZE decides which bits of the others exist. §6.3.26 */
void commands_install(struct smmu *smmu)
{
    struct command_queue *queue = &smmu->commands;
    smmu->system->write64(smmu->system->context, smmu->node, SMMU_CMDQ_BASE, queue->base | queue->bits);
    smmu_write(smmu, SMMU_CMDQ_PROD, 0);
    smmu_write(smmu, SMMU_CMDQ_CONS, 0);
    smmu->running = true;
}

static void put(struct smmu *smmu, uint32_t pointer, uint64_t word0, uint64_t word1)
{
    const struct smmu_system *system = smmu->system;
    uint64_t slot = smmu->commands.base + COMMAND_BYTES * (uint64_t)(pointer & (entries(&smmu->commands) - 1));
    system->store(system->context, slot, word0);
    system->store(system->context, slot + 8, word1);
    if (!smmu->features.coherent)
        system->clean(system->context, slot, COMMAND_BYTES);
}

/* What was stored, here and in tables before, is visible before the SMMU is told. §3.21.2 */
static void publish(struct smmu *smmu)
{
    struct command_queue *queue = &smmu->commands;
    smmu->system->barrier(smmu->system->context);
    queue->published = queue->stored;
    smmu_write(smmu, SMMU_CMDQ_PROD, pointer_at(queue, queue->published));
}

/* Only the pointer: ERR stands in the same register. §6.3.28 */
static void look(struct smmu *smmu)
{
    struct command_queue *queue = &smmu->commands;
    uint32_t cons = smmu_read(smmu, SMMU_CMDQ_CONS);
    uint64_t moved = (cons - pointer_at(queue, queue->consumed)) & (2 * entries(queue) - 1);
    /* What was not handed over has not been consumed, whatever the register says. */
    if (moved <= queue->published - queue->consumed)
        queue->consumed += moved;
}

/*
 * Waits until so many commands have been consumed. An error stops the queue until it is acknowledged (§7.1), and nobody else may
 * get a turn to do that before this returns.
 */
static int wait_for(struct smmu *smmu, uint64_t position)
{
    uint64_t since = smmu->system->microseconds(smmu->system->context);
    int error = 0;
    while (!error) {
        if (smmu->commands.consumed < position)
            look(smmu);
        if (smmu->commands.consumed >= position)
            return 0;
        errors_serve(smmu);
        error = smmu->running ? give_turn(smmu->system, since) : SMMU_ETIMEDOUT;
    }
    say(smmu->system, 2, "commands are not consumed");
    return error;
}

/* Stores a command where there is room: what lies between CONS and PROD belongs to the SMMU. §3.21.2 */
static int store(struct smmu *smmu, uint64_t word0, uint64_t word1)
{
    struct command_queue *queue = &smmu->commands;
    if (queue->stored - queue->consumed == entries(queue)) {
        if (queue->published != queue->stored)
            publish(smmu);
        int error = wait_for(smmu, queue->stored - entries(queue) + 1);
        if (error)
            return error;
    }
    put(smmu, pointer_at(queue, queue->stored), word0, word1);
    queue->stored++;
    return 0;
}

/* Takes back what has been stored and not handed over: it is not there. */
static int give_up(struct smmu *smmu, int error)
{
    smmu->commands.stored = smmu->commands.published;
    return error;
}

static int run_once(struct smmu *smmu, const struct batch *batch)
{
    for (unsigned i = 0; i < batch->count; i++) {
        int error = store(smmu, batch->words[i][0], batch->words[i][1]);
        if (error)
            return give_up(smmu, error);
    }
    int error = store(smmu, CMD_SYNC, 0);
    if (error)
        return give_up(smmu, error);
    publish(smmu);
    return wait_for(smmu, smmu->commands.published);
}

void batch_add(struct batch *batch, uint64_t word0, uint64_t word1)
{
    batch->words[batch->count][0] = word0;
    batch->words[batch->count][1] = word1;
    batch->count++;
}

int commands_run(struct smmu *smmu, const struct batch *batch)
{
    /* Off, it uses nothing; before it is on again it will have forgotten everything. */
    if (smmu->shut_down)
        return 0;
    if (!smmu->running)
        return SMMU_ETIMEDOUT;
    for (int attempt = 0; attempt < 2; attempt++) {
        unsigned replaced = smmu->commands.replaced;
        int error = run_once(smmu, batch);
        /* Erratum T264-SMMU-3: one invalidation may miss an entry, a second behind a CMD_SYNC does not. */
        if (!error && smmu->features.invalidate_twice)
            error = run_once(smmu, batch);
        if (error || replaced == smmu->commands.replaced)
            return error;
        /* One was not understood and has had no effect: they are invalidations, so all can be given again. */
    }
    return SMMU_EIO;
}

int commands_run_one(struct smmu *smmu, uint64_t word0, uint64_t word1)
{
    struct batch batch;
    batch.count = 0;
    batch_add(&batch, word0, word1);
    return commands_run(smmu, &batch);
}

int commands_post(struct smmu *smmu, uint64_t word0, uint64_t word1)
{
    if (!smmu->running)
        return SMMU_ETIMEDOUT;
    int error = store(smmu, word0, word1);
    if (error)
        return give_up(smmu, error);
    publish(smmu);
    return 0;
}

/* While CMDQ_ERR is active the SMMU reads nothing, so the entry may be altered; it is read anew after the acknowledge. §7.1 */
void commands_replace(struct smmu *smmu, uint32_t cons)
{
    say(smmu->system, 2, "an illegal command is replaced");
    put(smmu, cons, CMD_SYNC, 0);
    smmu->system->barrier(smmu->system->context);
    smmu->commands.replaced++;
}
