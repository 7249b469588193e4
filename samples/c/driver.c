/* driver.c: what the library exports. Handles become objects, arguments are checked, and the other files do the rest. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

void say(const struct smmu_system *system, int level, const char *text)
{
    system->log(system->context, level, text);
}

int give_turn(const struct smmu_system *system, uint64_t since)
{
    uint64_t waited = system->microseconds(system->context) - since;
    if (waited > PATIENCE)
        return SMMU_ETIMEDOUT;
    /* What is not there at once may take long: look less and less often. */
    for (uint64_t turn = 0; turn <= waited / 64; turn++)
        system->relax(system->context);
    return 0;
}

uint64_t allocate_aligned(const struct smmu_system *system, uint64_t bytes)
{
    if (bytes < 64)
        bytes = 64;
    return system->allocate(system->context, bytes, bytes);
}

/* A handle is an index. None is given out twice, so a handle of something that has gone finds nothing. */
bool handles_reserve(struct handles *handles)
{
    if (handles->count < handles->room)
        return true;
    if (handles->room > INT32_MAX / 2)
        return false;
    int32_t room = handles->room ? 2 * handles->room : 16;
    void **objects = realloc(handles->objects, (size_t)room * sizeof *objects);
    if (!objects)
        return false;
    handles->objects = objects;
    handles->room = room;
    return true;
}

int32_t handles_add(struct handles *handles, void *object)
{
    handles->objects[handles->count] = object;
    return handles->count++;
}

static void *find(const struct handles *handles, int32_t handle)
{
    return handle >= 0 && handle < handles->count ? handles->objects[handle] : NULL;
}

static struct domain *find_paging(struct driver *driver, int32_t handle, int *error)
{
    struct domain *domain = find(&driver->domains, handle);
    *error = !domain ? SMMU_ENOENT : domain->kind != SMMU_PAGING ? SMMU_EINVAL : 0;
    return *error ? NULL : domain;
}

static void describe(struct smmu_description *description)
{
    uint32_t size = description->size;
    memset(description, 0, sizeof *description);
    description->size = size;
    description->capabilities = SMMU_CAN_IDENTITY | SMMU_CAN_BLOCKED | SMMU_CAN_STAGE1 | SMMU_CAN_STAGE2
                                | SMMU_CAN_MULTIPLE_SMMUS | SMMU_CAN_TAKE_OVER;
    description->name = "sample-c";
    description->version = "1.0";
    description->policies.asid_per_smmu = 1;
    description->policies.vmid_per_smmu = 1;
    description->policies.linear_stream_table = 1;
    description->policies.first_asid = 1;
}

static int create(const struct smmu_system *system, void **self)
{
    if (system->abi != SMMU_ABI)
        return SMMU_EOPNOTSUPP;
    struct driver *driver = calloc(1, sizeof *driver);
    if (!driver)
        return SMMU_ENOMEM;
    driver->system = system;
    *self = driver;
    return 0;
}

/* The machine goes with the driver, so nothing is written to it: only what is ours on the host is given back. */
static void destroy(void *self)
{
    struct driver *driver = self;
    for (int32_t i = 0; i < driver->domains.count; i++) {
        struct domain *domain = driver->domains.objects[i];
        while (domain && domain->presences) {
            struct presence *presence = domain->presences;
            domain->presences = presence->next;
            free(presence);
        }
        free(domain);
    }
    for (int32_t i = 0; i < driver->masters.count; i++) {
        struct master *master = driver->masters.objects[i];
        while (master && master->lingering) {
            struct attachment *attachment = master->lingering;
            master->lingering = attachment->next;
            free(attachment);
        }
        if (master)
            free(master->current);
        free(master);
    }
    for (int32_t i = 0; i < driver->smmus.count; i++)
        free(driver->smmus.objects[i]);
    free(driver->domains.objects);
    free(driver->masters.objects);
    free(driver->smmus.objects);
    free(driver);
}

static int probe(void *self, const struct smmu_firmware *firmware, int32_t *handle)
{
    struct driver *driver = self;
    for (int32_t i = 0; i < driver->smmus.count; i++) {
        const struct smmu *other = driver->smmus.objects[i];
        if (other && other->node == firmware->node)
            return SMMU_EBUSY;
    }
    if (!handles_reserve(&driver->smmus))
        return SMMU_ENOMEM;
    struct smmu *smmu;
    int error = smmu_start(driver, firmware, &smmu);
    if (error)
        return error;
    *handle = smmu->handle = handles_add(&driver->smmus, smmu);
    return 0;
}

static int shutdown(void *self, int32_t handle)
{
    struct driver *driver = self;
    struct smmu *smmu = find(&driver->smmus, handle);
    return smmu ? smmu_shut_down(smmu) : SMMU_ENOENT;
}

/* Frees nothing before the SMMU has confirmed that it is off: until then it may use all of it. §6.3.9 */
static int remove_smmu(void *self, int32_t handle)
{
    struct driver *driver = self;
    struct smmu *smmu = find(&driver->smmus, handle);
    if (!smmu)
        return SMMU_ENOENT;
    if (smmu->masters && !smmu->shut_down)
        return SMMU_EBUSY;
    int error = smmu_shut_down(smmu);
    if (error)
        return error;

    while (smmu->masters) {
        driver->masters.objects[smmu->masters->handle] = NULL;
        master_forget(smmu->masters);
    }
    for (int32_t i = 0; i < driver->domains.count; i++)
        if (driver->domains.objects[i])
            domain_leave_smmu(driver->domains.objects[i], smmu);
    driver->smmus.objects[handle] = NULL;
    smmu_free(smmu);
    return 0;
}

static int handle_interrupt(void *self, int32_t handle, int source)
{
    struct driver *driver = self;
    struct smmu *smmu = find(&driver->smmus, handle);
    if (!smmu)
        return SMMU_ENOENT;
    /* The line may have been raised before the SMMU went off. */
    if (smmu->shut_down)
        return 0;
    /* There is no PRI queue, and a CMD_SYNC is polled for. */
    if (source == SMMU_IRQ_GLOBAL_ERROR || source == SMMU_IRQ_COMBINED)
        errors_serve(smmu);
    if (source == SMMU_IRQ_EVENT_QUEUE || source == SMMU_IRQ_COMBINED)
        events_drain(smmu);
    if (smmu->lost_events)
        master_end_stalls(smmu);
    return 0;
}

static int add_master(void *self, int32_t handle, const struct smmu_master *description, int32_t *added)
{
    struct driver *driver = self;
    struct smmu *smmu = find(&driver->smmus, handle);
    if (!smmu)
        return SMMU_ENOENT;
    if (!description->stream_count || smmu->shut_down)
        return SMMU_EINVAL;
    if (!handles_reserve(&driver->masters))
        return SMMU_ENOMEM;
    struct master *master;
    int error = master_add(smmu, description, &master);
    if (error)
        return error;
    *added = master->handle = handles_add(&driver->masters, master);
    return 0;
}

static int remove_master(void *self, int32_t handle)
{
    struct driver *driver = self;
    struct master *master = find(&driver->masters, handle);
    if (!master)
        return SMMU_ENOENT;
    int error = master_remove(master);
    if (!error)
        driver->masters.objects[handle] = NULL;
    return error;
}

static int create_domain(void *self, const struct smmu_domain_request *request, int32_t *handle)
{
    struct driver *driver = self;
    for (uint32_t i = 0; request->kind == SMMU_PAGING && i < request->smmu_count; i++)
        if (!find(&driver->smmus, request->smmus[i]))
            return SMMU_ENOENT;
    if (!handles_reserve(&driver->domains))
        return SMMU_ENOMEM;
    struct domain *domain;
    int error = domain_create(driver, request, &domain);
    if (!error)
        *handle = handles_add(&driver->domains, domain);
    return error;
}

static int free_domain(void *self, int32_t handle)
{
    struct driver *driver = self;
    struct domain *domain = find(&driver->domains, handle);
    if (!domain)
        return SMMU_ENOENT;
    int error = domain_free(domain);
    if (!error)
        driver->domains.objects[handle] = NULL;
    return error;
}

static int geometry(void *self, int32_t handle, struct smmu_geometry *geometry)
{
    int error;
    const struct domain *domain = find_paging(self, handle, &error);
    if (!domain)
        return error;
    geometry->page_sizes = page_table_sizes(&domain->table);
    geometry->input_bits = (uint8_t)domain->table.input_bits;
    geometry->output_bits = (uint8_t)domain->table.output_bits;
    return 0;
}

static int attach(void *self, int32_t master_handle, int32_t domain_handle)
{
    struct driver *driver = self;
    struct master *master = find(&driver->masters, master_handle);
    struct domain *domain = find(&driver->domains, domain_handle);
    return master && domain ? master_attach(master, domain) : SMMU_ENOENT;
}

static int detach(void *self, int32_t handle)
{
    struct driver *driver = self;
    struct master *master = find(&driver->masters, handle);
    return master ? master_attach(master, NULL) : SMMU_ENOENT;
}

/* [first, first + bytes) lies below 2^bits; no sum overflows. */
static bool is_below(uint64_t first, uint64_t bytes, unsigned bits)
{
    return first < BIT(bits) && bytes <= BIT(bits) - first;
}

static int map(void *self, int32_t handle, uint64_t address, uint64_t physical, uint64_t bytes, int protection)
{
    int error;
    struct domain *domain = find_paging(self, handle, &error);
    if (!domain)
        return error;
    struct page_table *table = &domain->table;
    if ((address | physical | bytes) & (BIT(table->page_shift) - 1))
        return SMMU_EINVAL;
    if (!(protection & (SMMU_READ | SMMU_WRITE)))
        return SMMU_EINVAL;
    /* Stage 2 does not tell privileged accesses from others. */
    if (table->stage == 2 && (protection & SMMU_PRIVILEGED))
        return SMMU_EOPNOTSUPP;
    if (!is_below(address, bytes, table->input_bits) || !is_below(physical, bytes, table->output_bits))
        return SMMU_ERANGE;
    return bytes ? page_table_map(table, address, physical, bytes, protection) : 0;
}

static int unmap(void *self, int32_t handle, uint64_t address, uint64_t bytes, uint64_t *unmapped)
{
    int error;
    struct domain *domain = find_paging(self, handle, &error);
    *unmapped = 0;
    if (!domain)
        return error;
    if ((address | bytes) & (BIT(domain->table.page_shift) - 1))
        return SMMU_EINVAL;
    if (!is_below(address, bytes, domain->table.input_bits))
        return SMMU_ERANGE;
    return bytes ? domain_unmap(domain, address, bytes, unmapped) : 0;
}

static int flush(void *self, int32_t handle)
{
    int error;
    struct domain *domain = find_paging(self, handle, &error);
    return domain ? domain_flush(domain) : error;
}

/* What is not named here is NULL: the driver does not offer it. */
static const struct smmu_driver functions = {
    .size = sizeof functions,
    .abi = SMMU_ABI,
    .describe = describe,
    .create = create,
    .destroy = destroy,
    .probe = probe,
    .remove = remove_smmu,
    .shutdown = shutdown,
    .handle_interrupt = handle_interrupt,
    .add_master = add_master,
    .remove_master = remove_master,
    .create_domain = create_domain,
    .free_domain = free_domain,
    .geometry = geometry,
    .attach = attach,
    .detach = detach,
    .map = map,
    .unmap = unmap,
    .flush = flush,
};

const struct smmu_driver *smmu_driver_get(uint32_t abi)
{
    return abi == SMMU_ABI ? &functions : NULL;
}
