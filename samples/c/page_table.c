/*
 * page_table.c: VMSAv8-64 tables of either stage (Arm ARM D8.2, D8.3), in memory that SMMUs walk.
 *
 * A valid descriptor is never changed into another valid one, so no break-before-make is needed (§3.21.1.1). Tables come with the
 * first page in them and stay until the whole page table goes: what is unmapped are leaves only, and TLBI commands may say so.
 */
#include "internal.h"

#include <stdlib.h>

#define VALID BIT(0)
#define NOT_BLOCK BIT(1) /* a table, or on level 3 a page */

/* MAIR indexes; presence.c says what they mean. */
enum { ATTR_NON_CACHEABLE = 0, ATTR_WRITE_BACK = 1, ATTR_DEVICE = 2 };

#define INPUT_BITS_STAGE1 48u

static unsigned bits_per_level(const struct page_table *table)
{
    return table->page_shift - 3;
}

/* log2 of what one descriptor of a level maps. */
static unsigned shift_of(const struct page_table *table, unsigned level)
{
    return table->page_shift + (3 - level) * bits_per_level(table);
}

static uint64_t size_of(const struct page_table *table, unsigned level)
{
    return BIT(shift_of(table, level));
}

/* The first table resolves all that is left: it is smaller than the others, or at stage 2 several of them in a row. */
static uint64_t entries_of(const struct page_table *table, unsigned level)
{
    return level == table->start_level ? BIT(table->input_bits - shift_of(table, level)) : BIT(bits_per_level(table));
}

static bool has_blocks(const struct page_table *table, unsigned level)
{
    return level == 2 || (level == 1 && table->page_shift == 12);
}

uint64_t page_table_sizes(const struct page_table *table)
{
    uint64_t sizes = BIT(table->page_shift);
    for (unsigned level = table->start_level; level < 3; level++)
        if (has_blocks(table, level))
            sizes |= size_of(table, level);
    return sizes;
}

unsigned page_table_granule(const struct page_table *table)
{
    return table->page_shift == 12 ? 0 : table->page_shift == 14 ? 2 : 1;
}

unsigned page_table_output_size(const struct page_table *table)
{
    static const unsigned bits[] = {32, 36, 40, 42, 44, 48};
    unsigned size = 0;
    while (bits[size] < table->output_bits)
        size++;
    return size;
}

/* Up to 16 tables may stand in a row where a walk of stage 2 begins: the fewer levels, the shorter the walk. Arm ARM D8.2.5 */
static void choose_start(struct page_table *table)
{
    unsigned in_a_row = table->stage == 2 ? 4 : 0;
    table->start_level = 3;
    while (shift_of(table, table->start_level) + bits_per_level(table) + in_a_row < table->input_bits)
        table->start_level--;
}

/*
 * A shape that all of some SMMUs can walk: the smallest granule they share, the shortest of their addresses (§3.4), and
 * little-endian if they can.
 */
bool page_table_choose(struct page_table *table, const struct features *const *smmus, size_t count, int stage)
{
    unsigned granules = 1u << 12 | 1u << 14 | 1u << 16;
    table->stage = stage;
    bool little_endian = true, big_endian = true;
    table->coherent = true;
    table->output_bits = smmus[0]->output_bits;
    for (size_t i = 0; i < count; i++) {
        if (!(stage == 1 ? smmus[i]->stage1 : smmus[i]->stage2))
            return false;
        granules &= smmus[i]->granules;
        little_endian = little_endian && smmus[i]->little_endian;
        big_endian = big_endian && smmus[i]->big_endian;
        table->coherent = table->coherent && smmus[i]->coherent;
        if (smmus[i]->output_bits < table->output_bits)
            table->output_bits = smmus[i]->output_bits;
    }
    if (!granules || (!little_endian && !big_endian))
        return false;
    table->big_endian = !little_endian;
    table->page_shift = 12;
    while (!(granules & 1u << table->page_shift))
        table->page_shift += 2;
    /* What stage 2 takes in alone is a physical address: there are no more of them than it can put out. */
    table->input_bits = stage == 1 ? INPUT_BITS_STAGE1 : table->output_bits;
    choose_start(table);
    return true;
}

bool page_table_create(struct page_table *table)
{
    table->root = allocate_aligned(table->system, 8 * entries_of(table, table->start_level));
    return table->root != 0;
}

/* system->load and system->store are little-endian, whatever the processor is. */
static uint64_t in_order(const struct page_table *table, uint64_t word)
{
    if (!table->big_endian)
        return word;
    uint64_t reversed = 0;
    for (unsigned i = 0; i < 64; i += 8)
        reversed = reversed << 8 | (word >> i & 0xff);
    return reversed;
}

static uint64_t load(const struct page_table *table, uint64_t slot)
{
    return in_order(table, table->system->load(table->system->context, slot));
}

static void clean(const struct page_table *table, uint64_t address, uint64_t bytes)
{
    if (!table->coherent)
        table->system->clean(table->system->context, address, bytes);
}

static void store(const struct page_table *table, uint64_t slot, uint64_t descriptor)
{
    table->system->store(table->system->context, slot, in_order(table, descriptor));
    clean(table, slot, 8);
}

static bool is_table(uint64_t word, unsigned level)
{
    return level < 3 && (word & VALID) && (word & NOT_BLOCK);
}

static uint64_t address_in(const struct page_table *table, uint64_t word)
{
    return word & (BIT(48) - BIT(table->page_shift));
}

/* Where a walk for an address ends. */
struct stop {
    uint64_t slot, word;
    unsigned level;
};

static struct stop walk(const struct page_table *table, uint64_t address)
{
    struct stop stop = {.level = table->start_level};
    uint64_t base = table->root;
    for (;; stop.level++) {
        uint64_t index = (address >> shift_of(table, stop.level)) & (entries_of(table, stop.level) - 1);
        stop.slot = base + 8 * index;
        stop.word = load(table, stop.slot);
        if (!is_table(stop.word, stop.level))
            return stop;
        base = address_in(table, stop.word);
    }
}

/* The level of the largest leaf that can begin at an address, not above the one where the walk has ended. */
static unsigned leaf_level(const struct page_table *table, unsigned from, uint64_t bits, uint64_t bytes)
{
    for (unsigned level = from; level < 3; level++)
        if (has_blocks(table, level) && !(bits & (size_of(table, level) - 1)) && bytes >= size_of(table, level))
            return level;
    return 3;
}

static uint64_t attributes_stage1(int protection)
{
    uint64_t word = BIT(11); /* nG: nobody else's tag hits it */
    bool device = protection & SMMU_DEVICE, cached = !device && (protection & SMMU_CACHE);
    word |= (uint64_t)(device ? ATTR_DEVICE : cached ? ATTR_WRITE_BACK : ATTR_NON_CACHEABLE) << 2;
    word |= (uint64_t)(cached ? SH_INNER : SH_OUTER) << 8;
    if (!(protection & SMMU_PRIVILEGED))
        word |= BIT(6); /* AP[1] */
    /* What may be written may be read: stage 1 has no other way. */
    if (!(protection & SMMU_WRITE))
        word |= BIT(7); /* AP[2] */
    if (protection & SMMU_NO_EXECUTE)
        word |= BIT(53) | BIT(54); /* PXN, UXN */
    /* What may not be read without privilege could still be fetched. */
    if (protection & SMMU_PRIVILEGED)
        word |= BIT(54);
    return word;
}

static uint64_t attributes_stage2(int protection)
{
    const uint64_t non_cacheable = 0x5, write_back = 0xf, device_ngnre = 0x1;
    bool device = protection & SMMU_DEVICE, cached = !device && (protection & SMMU_CACHE);
    uint64_t word = (device ? device_ngnre : cached ? write_back : non_cacheable) << 2;
    word |= (uint64_t)(cached ? SH_INNER : SH_OUTER) << 8;
    if (protection & SMMU_READ)
        word |= BIT(6); /* S2AP[0] */
    if (protection & SMMU_WRITE)
        word |= BIT(7); /* S2AP[1] */
    if (protection & SMMU_NO_EXECUTE)
        word |= BIT(54); /* XN[1] */
    return word;
}

/* The Access flag is set: nobody is there to set it, neither hardware nor a fault handler. */
static uint64_t leaf(const struct page_table *table, uint64_t physical, unsigned level, int protection)
{
    uint64_t attributes = table->stage == 1 ? attributes_stage1(protection) : attributes_stage2(protection);
    return physical | attributes | BIT(10) | (level == 3 ? NOT_BLOCK : 0) | VALID;
}

/* How many tables a range lacks, or that part of it is mapped: map() will then find all it needs. */
static int count_missing(const struct page_table *table, uint64_t first, uint64_t physical, uint64_t bytes, size_t *missing)
{
    *missing = 0;
    for (uint64_t at = first; at < first + bytes;) {
        struct stop stop = walk(table, at);
        if (stop.word & VALID)
            return SMMU_EEXIST;
        unsigned level = leaf_level(table, stop.level, at | (physical + (at - first)), first + bytes - at);
        /* A table is counted where the range enters it. */
        for (unsigned above = stop.level; above < level; above++)
            if (at == first || !(at & (size_of(table, above) - 1)))
                ++*missing;
        at += size_of(table, level);
    }
    return 0;
}

static void free_spare(const struct page_table *table, uint64_t *spare, size_t count)
{
    while (count)
        table->system->free(table->system->context, spare[--count]);
    free(spare);
}

static int allocate_spare(const struct page_table *table, size_t count, uint64_t **spare)
{
    *spare = NULL;
    if (!count)
        return 0;
    uint64_t *tables = count > SIZE_MAX / sizeof *tables ? NULL : malloc(count * sizeof *tables);
    if (!tables)
        return SMMU_ENOMEM;
    for (size_t i = 0; i < count; i++) {
        tables[i] = allocate_aligned(table->system, BIT(table->page_shift));
        if (!tables[i]) {
            free_spare(table, tables, i);
            return SMMU_ENOMEM;
        }
    }
    *spare = tables;
    return 0;
}

/* Everything that can fail comes first: a range is mapped or it is not. */
int page_table_map(struct page_table *table, uint64_t first, uint64_t physical, uint64_t bytes, int protection)
{
    const struct smmu_system *system = table->system;
    size_t missing, used = 0;
    uint64_t *spare;
    int error = count_missing(table, first, physical, bytes, &missing);
    if (!error)
        error = allocate_spare(table, missing, &spare);
    if (error)
        return error;

    for (uint64_t at = first; at < first + bytes;) {
        struct stop stop = walk(table, at);
        unsigned level = leaf_level(table, stop.level, at | (physical + (at - first)), first + bytes - at);
        if (level > stop.level) {
            /* An empty table is visible as such before it can be reached. §3.21.1 */
            uint64_t next = spare[used++];
            clean(table, next, BIT(table->page_shift));
            system->barrier(system->context);
            store(table, stop.slot, next | NOT_BLOCK | VALID);
            continue;
        }
        store(table, stop.slot, leaf(table, physical + (at - first), level, protection));
        at += size_of(table, level);
    }
    free(spare);

    /* Visible before any device can be told of it. */
    system->barrier(system->context);
    return 0;
}

/* A block of which only a part is named stays, and with it everything. */
static bool cuts_block(const struct page_table *table, uint64_t first, uint64_t end)
{
    struct stop head = walk(table, first), tail = walk(table, end - 1);
    return ((head.word & VALID) && (first & (size_of(table, head.level) - 1)))
           || ((tail.word & VALID) && (end & (size_of(table, tail.level) - 1)));
}

uint64_t page_table_unmap(struct page_table *table, uint64_t first, uint64_t bytes, struct gone *gone)
{
    uint64_t end = first + bytes, unmapped = 0;
    gone->count = 0;
    if (cuts_block(table, first, end))
        return 0;
    for (uint64_t at = first; at < end;) {
        struct stop stop = walk(table, at);
        uint64_t size = size_of(table, stop.level);
        if (stop.word & VALID) {
            store(table, stop.slot, 0);
            unmapped += size;
            if (gone->count < MOST_PAGES)
                gone->address[gone->count] = at;
            gone->count++;
        }
        at = (at | (size - 1)) + 1;
    }
    return unmapped;
}

static void free_level(const struct page_table *table, uint64_t base, unsigned level)
{
    for (uint64_t i = 0; level < 3 && i < entries_of(table, level); i++) {
        uint64_t word = load(table, base + 8 * i);
        if (is_table(word, level))
            free_level(table, address_in(table, word), level + 1);
    }
    table->system->free(table->system->context, base);
}

void page_table_free(struct page_table *table)
{
    free_level(table, table->root, table->start_level);
}
