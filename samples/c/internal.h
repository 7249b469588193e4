/*
 * internal.h: what the files of this driver know of one another.
 *
 *   driver.c        handles and arguments; the table of functions
 *   probe.c         what an SMMU can do, and its life from probe to remove
 *   reset.c         the order in which it is switched on and off
 *   queue.c         the command queue
 *   events.c        the event queue
 *   errors.c        SMMU_GERROR
 *   stream_table.c  stream table entries, and how one becomes another
 *   master.c        devices, and what they are attached to
 *   domain.c        domains
 *   presence.c      a paging domain on one SMMU: its tag, its context descriptor, what the TLB may hold
 *   page_table.c    VMSAv8-64 tables of either stage
 */
#ifndef INTERNAL_H
#define INTERNAL_H

#include "architecture.h"
#include "smmu_driver.h"

#include <stdbool.h>
#include <stddef.h>

/* How long hardware is waited for: a second of the machine's clock. */
#define PATIENCE UINT64_C(1000000)

/*
 * More pages than this are invalidated by forgetting the whole tag: without range invalidation each costs a command. 2 MiB of 4 KiB
 * pages.
 */
#define MOST_PAGES 512u

struct handles {
    void **objects;
    int32_t count, room;
};

struct driver {
    const struct smmu_system *system;
    struct handles smmus, masters, domains;
};

/* What the ID registers and firmware offer, in the terms of this driver. */
struct features {
    bool stage1, stage2;
    bool coherent;
    bool little_endian, big_endian; /* byte orders of tables */
    bool hypervisor;         /* TLBs may hold entries of EL2 */
    bool broadcast;          /* broadcast TLB maintenance would be heard */
    bool ats;                /* translated transactions exist */
    bool msi;                /* interrupts can be messages */
    bool attribute_override; /* STE.SHCFG has a meaning */
    bool stall_chosen;       /* software chooses what stalls: SMMU_IDR0.STALL_MODEL 0b00 */
    bool stall_forced;       /* everything stalls: 0b10 */
    bool invalidate_twice;   /* an erratum */
    unsigned stream_bits, asid_bits, vmid_bits, output_bits;
    unsigned granules; /* bit 12: 4 KiB, 14: 16 KiB, 16: 64 KiB */
    unsigned command_bits, event_bits;
};

struct command_queue {
    uint64_t base;
    unsigned bits;
    /* Commands ever stored, handed over and consumed. They never wrap; the pointers in registers are their low bits. */
    uint64_t stored, published, consumed;
    unsigned replaced; /* commands that the SMMU did not understand */
};

struct event_queue {
    uint64_t base;
    unsigned bits;
    uint32_t consumer; /* SMMU_EVENTQ_CONS as it was written last */
};

struct stream_table {
    uint64_t base;
    unsigned bits;
};

struct tag_pool {
    uint8_t taken[8192]; /* one bit each */
    unsigned bits, lowest;
};

struct master;

struct smmu {
    int32_t handle;
    uint32_t node, page1;
    const struct smmu_system *system;
    struct features features;
    struct command_queue commands;
    struct event_queue events;
    struct stream_table streams;
    struct tag_pool asids, vmids;
    struct master *masters;
    uint32_t cr0;
    bool reachable;   /* it may read memory of ours */
    bool stuck;       /* an update of a control register has begun and not ended */
    bool running;     /* commands are carried out */
    bool shut_down;   /* nothing is left but to remove it */
    bool lost_events; /* stalls may wait of which no record tells */
};

/* Commands that are carried out together. */
struct batch {
    unsigned count;
    uint64_t words[MOST_PAGES][2];
};

/* A page table of either stage. */
struct page_table {
    const struct smmu_system *system;
    uint64_t root;
    int stage; /* 1 or 2 */
    bool coherent, big_endian;
    unsigned page_shift, input_bits, output_bits;
    unsigned start_level;
};

/* Pages and blocks that have gone from a page table, by an address in each. More than there is room for: just many. */
struct gone {
    unsigned count;
    uint64_t address[MOST_PAGES];
};

struct domain;

/* A paging domain on one SMMU. It begins when the domain is made for, or first attached behind, that SMMU. */
struct presence {
    struct presence *next;
    struct domain *domain;
    struct smmu *smmu;
    uint16_t tag;
    uint64_t context; /* stage 1: the context descriptor, which never changes */
    unsigned users;   /* attachments, and what may still be one */
    bool stale;       /* the TLB may hold what it should not: the tag must be forgotten before anything is used again */
};

struct domain {
    int kind; /* SMMU_BLOCKED, SMMU_IDENTITY, SMMU_PAGING */
    unsigned users;
    struct page_table table;
    struct presence *presences;
};

/* A master has a domain; or it may have one, as far as the SMMU knows. */
struct attachment {
    struct attachment *next;
    struct domain *domain;
    struct presence *presence; /* NULL: it needs none */
};

struct master {
    struct master *next;
    int32_t handle;
    struct smmu *smmu;
    struct attachment *current;   /* NULL: the streams have their default */
    struct attachment *lingering; /* what was wanted and never confirmed */
    bool unsettled;               /* the SMMU may not know what the entries say */
    bool untouched;               /* never attached: the entries are still firmware's, if it has need of them */
    uint32_t stream_count;
    uint32_t streams[];
};

/* driver.c */
void say(const struct smmu_system *system, int level, const char *text);
/* Gives hardware a turn. SMMU_ETIMEDOUT once patience is over that began at `since`. */
int give_turn(const struct smmu_system *system, uint64_t since);
/* Memory aligned to its own size, as every queue and table wants it. 0: none. */
uint64_t allocate_aligned(const struct smmu_system *system, uint64_t bytes);
bool handles_reserve(struct handles *handles);
int32_t handles_add(struct handles *handles, void *object); /* after handles_reserve */

/* probe.c */
int smmu_start(struct driver *driver, const struct smmu_firmware *firmware, struct smmu **made);
int smmu_shut_down(struct smmu *smmu);
void smmu_free(struct smmu *smmu); /* it is off */
int tag_take(struct tag_pool *pool, uint16_t *tag);
void tag_return(struct tag_pool *pool, uint16_t tag);

/* reset.c */
uint32_t smmu_read(const struct smmu *smmu, uint32_t offset);
void smmu_write(const struct smmu *smmu, uint32_t offset, uint32_t value);
int reset_run(struct smmu *smmu, const struct smmu_firmware *firmware);
int reset_turn_off(struct smmu *smmu);

/* queue.c */
bool commands_create(struct smmu *smmu);
void commands_install(struct smmu *smmu);
void batch_add(struct batch *batch, uint64_t word0, uint64_t word1);
/* Has commands carried out and waits until they have had their effect: SMMU_ETIMEDOUT or SMMU_EIO if they may not have. */
int commands_run(struct smmu *smmu, const struct batch *batch);
int commands_run_one(struct smmu *smmu, uint64_t word0, uint64_t word1);
/* Hands over a command that nobody waits for. */
int commands_post(struct smmu *smmu, uint64_t word0, uint64_t word1);
/* Puts a harmless command in the place of the one at which the SMMU has stopped. */
void commands_replace(struct smmu *smmu, uint32_t cons);

/* events.c */
bool events_create(struct smmu *smmu);
void events_install(struct smmu *smmu);
void events_drain(struct smmu *smmu);

/* errors.c */
void errors_serve(struct smmu *smmu);
void errors_forget(struct smmu *smmu);

/* stream_table.c */
struct ste {
    uint64_t word[4];
};
bool stream_table_create(struct smmu *smmu);
bool stream_table_covers(const struct smmu *smmu, uint32_t stream);
void stream_table_let_pass(struct smmu *smmu, uint32_t stream); /* before the SMMU is on */
bool stream_table_passes(const struct smmu *smmu, uint32_t stream); /* the entry is a bypass */
/* Makes an entry another one. `unsure`: the SMMU may not know what the entry says now. */
int stream_table_set(struct smmu *smmu, uint32_t stream, const struct ste *target, bool unsure);
struct ste ste_abort(void);
struct ste ste_bypass(const struct smmu *smmu);
struct ste ste_stage1(const struct smmu *smmu, uint64_t context);
struct ste ste_stage2(const struct smmu *smmu, const struct page_table *table, uint16_t vmid);

/* master.c */
int master_add(struct smmu *smmu, const struct smmu_master *description, struct master **made);
int master_attach(struct master *master, struct domain *domain); /* NULL: the default */
int master_remove(struct master *master);
void master_forget(struct master *master); /* its SMMU is off */
struct master *master_of_stream(const struct smmu *smmu, uint32_t stream);
void master_end_stalls(struct smmu *smmu);

/* domain.c */
int domain_create(struct driver *driver, const struct smmu_domain_request *request, struct domain **made);
int domain_free(struct domain *domain);
int domain_unmap(struct domain *domain, uint64_t address, uint64_t bytes, uint64_t *unmapped);
int domain_flush(struct domain *domain);
void domain_leave_smmu(struct domain *domain, const struct smmu *smmu); /* which is off */

/* presence.c */
int presence_get(struct domain *domain, struct smmu *smmu, struct presence **found);
void presence_free(struct presence *presence);
int presence_leave(struct presence *presence);
int presence_invalidate(struct presence *presence, const struct gone *gone); /* NULL: everything */
bool presence_fits(const struct domain *domain, const struct smmu *smmu);

/* page_table.c */
bool page_table_choose(struct page_table *table, const struct features *const *smmus, size_t count, int stage);
bool page_table_create(struct page_table *table);
void page_table_free(struct page_table *table);
int page_table_map(struct page_table *table, uint64_t address, uint64_t physical, uint64_t bytes, int protection);
uint64_t page_table_unmap(struct page_table *table, uint64_t address, uint64_t bytes, struct gone *gone);
uint64_t page_table_sizes(const struct page_table *table);
unsigned page_table_granule(const struct page_table *table);     /* as CD.TG0 and STE.S2TG write it */
unsigned page_table_output_size(const struct page_table *table); /* as CD.IPS and STE.S2PS write it */

#endif
