/*
 * my-driver: what SmmuConformance calls. Each function is a stub; fill them in one by one, in the order of docs/plugging-in-a-driver.md,
 * and declare in describe() what you have. What an operation means, and which error goes with what, is said in src/Driver/Contract.
 */
#include "smmu_driver.h"

#include <stdlib.h>

#define MOST_SMMUS 8

struct driver {
    const struct smmu_system *system; /* registers, memory, barriers, time: all that may be touched */
    uint32_t node[MOST_SMMUS];
    int is_probed[MOST_SMMUS];
};

static void describe(struct smmu_description *description)
{
    description->name = "my-driver";
    description->version = "0.1";
    description->capabilities = 0; /* SMMU_CAN_IDENTITY | SMMU_CAN_BLOCKED | ... */
    description->policies.first_asid = 1;
}

static int create(const struct smmu_system *system, void **self)
{
    struct driver *driver = calloc(1, sizeof *driver);

    if (!driver)
        return SMMU_ENOMEM;
    driver->system = system;
    *self = driver;
    return SMMU_DONE;
}

static void destroy(void *self)
{
    free(self);
}

/*
 * A real probe reads SMMU_IDR0 (system->read32(system->context, firmware->node, 0)), resets the SMMU, builds its queues and its
 * stream table, and enables it. This one only gives a handle, so that the first run shows that everything is connected.
 */
static int probe(void *self, const struct smmu_firmware *firmware, int32_t *smmu)
{
    struct driver *driver = self;
    int32_t i;

    for (i = 0; i < MOST_SMMUS; i++)
        if (driver->is_probed[i] && driver->node[i] == firmware->node)
            return SMMU_EBUSY;
    for (i = 0; i < MOST_SMMUS; i++)
        if (!driver->is_probed[i]) {
            driver->is_probed[i] = 1;
            driver->node[i] = firmware->node;
            *smmu = i;
            return SMMU_DONE;
        }
    return SMMU_ENOMEM;
}

static int remove_smmu(void *self, int32_t smmu)
{
    struct driver *driver = self;

    /* A handle may be any number: who calls may be wrong. */
    if (smmu < 0 || smmu >= MOST_SMMUS || !driver->is_probed[smmu])
        return SMMU_ENOENT;
    driver->is_probed[smmu] = 0;
    return SMMU_DONE;
}

/* What is not set here is NULL, and answers SMMU_EOPNOTSUPP. */
static const struct smmu_driver functions = {
    .size = sizeof functions,
    .abi = SMMU_ABI,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .probe = probe,
    .remove = remove_smmu,
};

const struct smmu_driver *smmu_driver_get(uint32_t abi)
{
    return abi == SMMU_ABI ? &functions : 0;
}
