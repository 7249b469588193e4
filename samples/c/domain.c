/* domain.c: what becomes of the accesses of the devices attached to it. */
#include "internal.h"

#include <stdlib.h>

static bool all_have_stage1(const struct features *const *smmus, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!smmus[i]->stage1)
            return false;
    return true;
}

static int choose_table(struct driver *driver, struct domain *domain, const struct smmu_domain_request *request)
{
    const struct features **features = malloc(request->smmu_count * sizeof *features);
    if (!features)
        return SMMU_ENOMEM;
    for (uint32_t i = 0; i < request->smmu_count; i++)
        features[i] = &((struct smmu *)driver->smmus.objects[request->smmus[i]])->features;
    int stage = request->stage;
    if (stage == SMMU_ANY_STAGE)
        stage = all_have_stage1(features, request->smmu_count) ? 1 : 2;
    domain->table.system = driver->system;
    bool chosen = page_table_choose(&domain->table, features, request->smmu_count, stage);
    free(features);
    return chosen ? 0 : SMMU_EOPNOTSUPP;
}

/* Tags are taken here, where it can be said that there is none left. */
static int make_presences(struct driver *driver, struct domain *domain, const struct smmu_domain_request *request)
{
    for (uint32_t i = 0; i < request->smmu_count; i++) {
        struct presence *presence;
        int error = presence_get(domain, driver->smmus.objects[request->smmus[i]], &presence);
        if (error) {
            while (domain->presences)
                presence_free(domain->presences);
            return error;
        }
    }
    return 0;
}

static int make_paging(struct driver *driver, struct domain *domain, const struct smmu_domain_request *request)
{
    if (!request->smmu_count)
        return SMMU_EINVAL;
    if (request->nest_parent || request->dirty_tracking || request->stage > SMMU_STAGE2)
        return SMMU_EOPNOTSUPP;
    int error = choose_table(driver, domain, request);
    if (error)
        return error;
    if (!page_table_create(&domain->table))
        return SMMU_ENOMEM;
    error = make_presences(driver, domain, request);
    if (error)
        page_table_free(&domain->table);
    return error;
}

/* The SMMUs named exist. How late unmapped ranges may be forgotten is no matter: it is always done at once. */
int domain_create(struct driver *driver, const struct smmu_domain_request *request, struct domain **made)
{
    if (request->kind > SMMU_PAGING)
        return SMMU_EOPNOTSUPP;
    struct domain *domain = calloc(1, sizeof *domain);
    if (!domain)
        return SMMU_ENOMEM;
    domain->kind = request->kind;
    int error = domain->kind == SMMU_PAGING ? make_paging(driver, domain, request) : 0;
    if (error) {
        free(domain);
        return error;
    }
    *made = domain;
    return 0;
}

/* Nothing gets another use before every TLB has forgotten it. If one does not, the domain stays as it is. */
int domain_free(struct domain *domain)
{
    if (domain->users)
        return SMMU_EBUSY;
    int error = domain->kind == SMMU_PAGING ? domain_flush(domain) : 0;
    if (error)
        return error;
    while (domain->presences)
        presence_free(domain->presences);
    if (domain->kind == SMMU_PAGING)
        page_table_free(&domain->table);
    free(domain);
    return 0;
}

int domain_unmap(struct domain *domain, uint64_t address, uint64_t bytes, uint64_t *unmapped)
{
    /* 1. Out of the tables, visibly. */
    struct gone gone;
    uint64_t size = page_table_unmap(&domain->table, address, bytes, &gone);
    if (gone.count)
        domain->table.system->barrier(domain->table.system->context);

    /*
     * 2. Out of every TLB that may hold it, also if it has gone from the tables before and was not confirmed. One that does not
     * answer is no reason to leave out the others.
     */
    int error = 0;
    for (struct presence *presence = domain->presences; presence; presence = presence->next)
        if (presence->stale || (presence->users && gone.count)) {
            int failed = presence_invalidate(presence, &gone);
            error = error ? error : failed;
        }
    if (!error)
        *unmapped = size;
    return error;
}

/* Only where an invalidation has failed there is something left to do. */
int domain_flush(struct domain *domain)
{
    int error = 0;
    for (struct presence *presence = domain->presences; presence; presence = presence->next)
        if (presence->stale) {
            int failed = presence_invalidate(presence, NULL);
            error = error ? error : failed;
        }
    return error;
}

void domain_leave_smmu(struct domain *domain, const struct smmu *smmu)
{
    for (struct presence *presence = domain->presences; presence; presence = presence->next)
        if (presence->smmu == smmu) {
            presence_free(presence);
            return;
        }
}
