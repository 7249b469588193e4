/*
 * A whole transaction in C, as a yardstick: configuration cache, choice of TTB, TLB over three page sizes, permissions,
 * result; on a miss a walk of 4 loads, or of 24 where both stages translate, that fills the TLB. Only what no
 * implementation can do without: few checks, no events, no memory attributes beyond the bits of the leaf.
 *
 * Built as a shared library by tests/Perf, which calls baseline_run in turn with our own rounds.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CONFIGURATIONS = 64, SETS = 256, WAYS = 4, PAGES = 4096, NESTED = 2 };
enum { WRITE = 1, PRIVILEGED = 4, SUBSTREAM = 8 };
enum scenario { HIT, MISS, MISS_ALL };

static const uint64_t OUTPUT = 0x0000fffffffff000ull;
static const uint64_t BASE = 0x7f0040000000ull;

struct transaction { uint32_t stream, substream; uint64_t address; uint8_t flags; };
struct result { uint64_t address; uint32_t attributes; uint8_t shareability, status, level; };
struct configuration {
    uint32_t stream, substream;
    uint64_t context, ttb0, ttb1, vttb;
    uint8_t t0sz, t1sz, config, valid;
};
struct entry { uint64_t tag, context, address; uint32_t attributes; uint8_t level, valid; };
struct smmu {
    uint32_t enabled, sizes;
    struct configuration configurations[CONFIGURATIONS];
    struct entry tlb[SETS * WAYS];
    uint8_t *ram;
    uint64_t ram_size, stream_table, next_page, misses;
};

static int load(struct smmu *s, uint64_t at, uint64_t *value)
{
    if (at > s->ram_size - 8)
        return 0;
    memcpy(value, s->ram + at, 8);
    return 1;
}

static uint64_t slot(uint64_t table, uint64_t address, int level)
{
    return table + ((address >> (39 - 9 * level)) & 511) * 8;
}

static uint64_t inside(int level) { return (1ull << (39 - 9 * level)) - 1; }

static uint32_t set_of(uint64_t page, uint64_t context)
{
    return (uint32_t)((page ^ (page >> 9) ^ (context * 0x9E3779B97F4A7C15ull >> 50)) & (SETS - 1));
}

static int stage2(struct smmu *s, uint64_t table, uint64_t ipa, int write, uint64_t *pa, uint32_t *attributes)
{
    for (int level = 0; level < 4; level++) {
        uint64_t d;
        if (!load(s, slot(table, ipa, level), &d))
            return 0x10;
        if (!(d & 1))
            return 0x11;
        if (level < 3 && (d & 2)) {
            table = d & OUTPUT;
            continue;
        }
        if (level == 0 || (level == 3 && !(d & 2)))
            return 0x11;
        if (!(d & 0x400))
            return 0x12;
        if (write && !(d & 0x80))
            return 0x13;
        *pa = (d & OUTPUT & ~inside(level)) | (ipa & inside(level));
        *attributes = d & 0xfff;
        return 0;
    }
    return 0x11;
}

static __attribute__((noinline)) int
fill(struct smmu *s, struct configuration *c, const struct transaction *t, uint64_t va, uint64_t ttb, struct result *r)
{
    uint64_t table = ttb;
    int nested = c->config & NESTED;
    for (int level = 0; level < 4; level++) {
        uint64_t d, at = slot(table, va, level);
        uint32_t attributes2 = 0;
        int fault;
        if (nested && (fault = stage2(s, c->vttb, at, 0, &at, &attributes2))) {
            r->status = fault;
            return 0;
        }
        if (!load(s, at, &d)) {
            r->status = 4;
            return 0;
        }
        if (!(d & 1)) {
            r->status = 1;
            return 0;
        }
        if (level < 3 && (d & 2)) {
            table = d & OUTPUT;
            continue;
        }
        if (level == 0 || (level == 3 && !(d & 2))) {
            r->status = 1;
            return 0;
        }
        if (!(d & 0x400)) {
            r->status = 2;
            return 0;
        }
        if ((t->flags & WRITE) && (d & 0x80)) {
            r->status = 3;
            return 0;
        }
        uint64_t mask = inside(level), pa = (d & OUTPUT & ~mask) | (va & mask);
        uint32_t attributes = d & 0xfff;
        if (nested) {
            if ((fault = stage2(s, c->vttb, pa, t->flags & WRITE, &pa, &attributes2))) {
                r->status = fault;
                return 0;
            }
            if (level < 3) {
                level = 3;
                mask = 4095;
            }
            attributes = (attributes & ~0x3cu) | (attributes2 & 0x3c);
        }
        uint64_t page = va >> (39 - 9 * level);
        struct entry *e = &s->tlb[set_of(page, c->context) * WAYS + (s->misses & (WAYS - 1))];
        *e = (struct entry){page, c->context | ((uint64_t)level << 60), pa & ~mask, attributes, level, 1};
        *r = (struct result){pa, attributes, (attributes >> 8) & 3, 0, level};
        return 1;
    }
    return 0;
}

static __attribute__((noinline)) struct configuration *
configuration_of(struct smmu *s, uint32_t stream, uint32_t substream)
{
    struct configuration *c = &s->configurations[(stream ^ substream * 7) & (CONFIGURATIONS - 1)];
    if (c->valid && c->stream == stream && c->substream == substream)
        return c;

    uint64_t ste[8], cd[8], at = s->stream_table + stream * 64ull;
    if (at > s->ram_size - 64)
        return 0;
    memcpy(ste, s->ram + at, 64);
    if (!(ste[0] & 1))
        return 0;
    at = ste[0] & 0x000fffffffffffc0ull;
    if (at > s->ram_size - 64)
        return 0;
    memcpy(cd, s->ram + at + substream * 64ull, 64);
    if (!(cd[0] >> 31 & 1))
        return 0;
    *c = (struct configuration){
        .stream = stream,
        .substream = substream,
        .context = ((cd[0] >> 48) & 0xffff) | ((ste[2] & 0xffff) << 16),
        .ttb0 = cd[1] & OUTPUT,
        .ttb1 = cd[2] & OUTPUT,
        .vttb = ste[3] & OUTPUT,
        .t0sz = cd[0] & 63,
        .t1sz = (cd[0] >> 16) & 63,
        .config = (ste[0] >> 1) & 7,
        .valid = 1,
    };
    return c;
}

static __attribute__((noinline)) int translate(struct smmu *s, const struct transaction *t, struct result *r)
{
    if (!s->enabled) {
        *r = (struct result){.address = t->address};
        return 1;
    }
    struct configuration *c = configuration_of(s, t->stream, (t->flags & SUBSTREAM) ? t->substream : 0);
    if (!c) {
        r->status = 0x40;
        return 0;
    }

    uint64_t va = t->address, ttb;
    if (!(va >> (64 - c->t0sz)))
        ttb = c->ttb0;
    else if ((va >> (64 - c->t1sz)) == (~0ull >> (64 - c->t1sz)))
        ttb = c->ttb1;
    else {
        r->status = 1;
        return 0;
    }

    for (int level = 3; level >= 1; level--) {
        if (!(s->sizes & (1u << level)))
            continue;
        uint64_t page = va >> (39 - 9 * level), context = c->context | ((uint64_t)level << 60);
        struct entry *e = &s->tlb[set_of(page, c->context) * WAYS];
        for (int way = 0; way < WAYS; way++, e++) {
            if (e->tag != page || e->context != context || !e->valid)
                continue;
            if (((t->flags & WRITE) && (e->attributes & 0x80)) ||
                (!(t->flags & PRIVILEGED) && !(e->attributes & 0x40))) {
                r->status = 3;
                return 0;
            }
            *r = (struct result){
                e->address | (va & inside(level)), e->attributes, (e->attributes >> 8) & 3, 0, level};
            return 1;
        }
    }
    s->misses++;
    return fill(s, c, t, va, ttb, r);
}

/* ---- the scene: stream 1 through stage 1, stream 2 through both ------------------------------------------------- */

static uint64_t new_page(struct smmu *s)
{
    uint64_t page = s->next_page;
    s->next_page += 4096;
    return page;
}

static void map(struct smmu *s, uint64_t table, uint64_t va, uint64_t pa)
{
    for (int level = 0; level < 3; level++) {
        uint64_t at = slot(table, va, level), d = 0;
        load(s, at, &d);
        if (!(d & 1)) {
            d = new_page(s) | 3;
            memcpy(s->ram + at, &d, 8);
        }
        table = d & OUTPUT;
    }
    uint64_t leaf = pa | 0x743;
    memcpy(s->ram + slot(table, va, 3), &leaf, 8);
}

static void attach(struct smmu *s, uint32_t stream, uint64_t config, uint64_t vmid, uint64_t ttb, uint64_t vttb)
{
    uint64_t context = 0x8000ull + stream * 64;
    uint64_t ste[8] = {1 | (config << 1) | context, 0, vmid, vttb};
    uint64_t cd[8] = {16 | (16 << 16) | (1ull << 31) | (7ull << 48), ttb};
    memcpy(s->ram + s->stream_table + stream * 64, ste, 64);
    memcpy(s->ram + context, cd, 64);
}

void *baseline_create(void)
{
    struct smmu *s = calloc(1, sizeof *s);
    s->ram_size = 256ull << 20;
    s->ram = calloc(1, s->ram_size);
    s->enabled = 1;
    s->stream_table = 0x1000;
    s->sizes = 0xe;
    s->next_page = 0x100000;
    uint64_t one = new_page(s), nested = new_page(s), second = new_page(s);
    for (uint64_t p = 0; p < PAGES; p++) {
        map(s, one, BASE + p * 4096, 0x100000000ull + p * 4096);
        map(s, nested, BASE + p * 4096, 0x8000000000ull + p * 4096);
        map(s, second, 0x8000000000ull + p * 4096, 0x100000000ull + p * 4096);
    }
    for (uint64_t at = 0; at < 16 << 20; at += 4096)
        map(s, second, at, at);
    attach(s, 1, 5, 0, one, second);
    attach(s, 2, 7, 1, nested, second);
    return s;
}

void baseline_destroy(void *smmu)
{
    struct smmu *s = smmu;
    free(s->ram);
    free(s);
}

/* Sum of the output addresses, 0 if a transaction failed. */
uint64_t baseline_run(void *smmu, uint32_t stream, uint32_t pages, enum scenario scenario, uint64_t count)
{
    struct smmu *s = smmu;
    uint64_t sum = 0, page = 0;
    for (uint64_t i = 0; i < count; i++) {
        struct transaction t = {stream, 0, BASE + page * 4096 + 8, 0};
        struct result r;
        if (scenario != HIT) {
            uint64_t context = 7 | ((uint64_t)(stream == 2) << 16);
            struct entry *e = &s->tlb[set_of(t.address >> 12, context) * WAYS];
            for (int way = 0; way < WAYS; way++)
                e[way].valid = 0;
        }
        if (scenario == MISS_ALL)
            s->configurations[stream & (CONFIGURATIONS - 1)].valid = 0;
        if (!translate(s, &t, &r))
            return 0;
        sum += r.address;
        if (++page == pages)
            page = 0;
    }
    return sum;
}
