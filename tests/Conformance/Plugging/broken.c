/*
 * A driver that does nothing and answers everything, until it is told to break: BROKEN in the environment names what is wrong with the
 * library, and a device of the name "way@operation" what happens when that operation is called next.
 */
#define _GNU_SOURCE
#ifdef NO_SYMBOL
#define smmu_driver_get smmu_driver_get_under_another_name
#endif
#include "smmu_driver.h"
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static const struct smmu_system *machine;
static uint32_t node;
static int handles;
static char way[64], place[64];

static int is(const char *name)
{
    const char *broken = getenv("BROKEN");
    return broken && strcmp(broken, name) == 0;
}

static void *volatile nowhere;
static volatile int zero, one = 1;

static int deeper(int depth)
{
    volatile char room[4096];
    room[depth % 4096] = (char)depth;
    return deeper(depth + 1) + room[0];
}

static void *crash(void *argument)
{
    *(volatile int *)nowhere = 1;
    return argument;
}

static void until_the_end(void)
{
    for (;;)
        pause();
}

static int hex(const char *text) { return (int)strtol(text, 0, 0); }

/* What is done instead of an answer; what returns, answers. */
static int happen(const char *it)
{
    uint64_t memory;
    pthread_t thread;
    struct smmu_fault_report fault = {.smmu = 12345, .master = -7, .has_master = 1, .kind = 1};

    if (!strcmp(it, "read_null")) return *(volatile int *)nowhere;
    if (!strcmp(it, "write_null")) *(volatile int *)nowhere = 1;
    if (!strcmp(it, "call_null")) ((void (*)(void))nowhere)();
    if (!strcmp(it, "abort")) abort();
    if (!strcmp(it, "assert")) assert(!"the stream table is there");
    if (!strcmp(it, "exit_0")) exit(0);
    if (!strcmp(it, "exit_3")) exit(3);
    if (!strcmp(it, "quick_exit")) _exit(42);
    if (!strcmp(it, "panic")) {
        fprintf(stderr, "panic: no such queue\n");
        _exit(1);
    }
    if (!strcmp(it, "kill")) raise(SIGKILL);
    if (!strcmp(it, "terminate")) {
        raise(SIGTERM);
        until_the_end();
    }
    if (!strcmp(it, "hang_up")) {
        signal(SIGHUP, SIG_DFL);
        raise(SIGHUP);
    }
    if (!strcmp(it, "alarm")) {
        alarm(1);
        until_the_end();
    }
    if (!strcmp(it, "divide")) {
        int quotient = one / zero;
        abort(); /* where a division by 0 is none */
        return quotient;
    }
    if (!strcmp(it, "illegal")) __builtin_trap();
    if (!strcmp(it, "bus")) {
        FILE *file = tmpfile();
        char *bytes = mmap(0, 4096, PROT_READ, MAP_SHARED, fileno(file), 0);
        return *(volatile char *)bytes; /* the file is shorter */
    }
    if (!strcmp(it, "overflow")) return deeper(0);
    if (!strcmp(it, "spin"))
        while (!zero)
            ;
    if (!strcmp(it, "relax"))
        for (;;)
            machine->relax(machine->context);
    if (!strcmp(it, "poll"))
        while (machine->read32(machine->context, node, 0) != 0x12345678u)
            machine->relax(machine->context);
    if (!strcmp(it, "sleep")) sleep(1000);
    if (!strcmp(it, "stop")) raise(SIGSTOP);
    if (!strcmp(it, "deaf")) {
        signal(SIGTERM, SIG_IGN);
        signal(SIGHUP, SIG_IGN);
        signal(SIGINT, SIG_IGN);
        until_the_end();
    }
    if (!strcmp(it, "deadlock")) {
        pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
        pthread_mutex_lock(&lock);
        pthread_mutex_lock(&lock);
    }
    if (!strcmp(it, "close_all"))
        for (int file = 0; file < 1024; file++)
            if (file != 2)
                close(file);
    if (!strcmp(it, "close_input")) close(0);
    if (!strcmp(it, "thread")) {
        pthread_create(&thread, 0, crash, 0);
        pthread_join(thread, 0);
    }
    if (!strcmp(it, "free_twice")) {
        char *volatile block = malloc(40);
        free(block);
        free(block);
        abort(); /* where nobody notices */
    }
    if (!strcmp(it, "no_memory")) {
        /* As those do who never look at what malloc() answered. */
        char *volatile block = malloc((size_t)-1 / 4);
        *(volatile char *)block = 1;
    }
    if (!strcmp(it, "fork")) {
        if (fork())
            _exit(0);
        sleep(8); /* holds the pipes all the while */
        _exit(0);
    }
    if (!strcmp(it, "exec")) execl("/bin/sh", "sh", "-c", "exit 5", (char *)0);
    if (!strcmp(it, "print")) {
        printf("attached, I think\n");
        fflush(stdout);
    }
    if (!strcmp(it, "flood"))
        for (int line = 0; line < 20000; line++)
            fprintf(line % 2 ? stderr : stdout, "line %d of what nobody wants to know\n", line);
    if (!strncmp(it, "answer", 6)) return hex(it + 6);
    if (!strcmp(it, "no_node")) machine->write32(machine->context, 7, 0, 0);
    if (!strcmp(it, "report")) machine->report(machine->context, &fault);
    if (!strcmp(it, "misaligned")) machine->allocate(machine->context, 4096, 100);
    if (!strcmp(it, "own_store")) {
        memory = machine->allocate(machine->context, 64, 64);
        machine->store(machine->context, memory, 7);
        return machine->load(machine->context, memory) == 7 ? 0 : SMMU_EIO;
    }
    return 0;
}

static int at(const char *operation)
{
    if (strcmp(place, operation) != 0)
        return 0;
    place[0] = 0;
    return happen(way);
}

static void describe(struct smmu_description *description)
{
    description->name = is("no name") ? 0 : is("empty name") ? "" : "broken";
    description->version = is("no version") ? 0 : "1";
    description->capabilities = SMMU_CAN_BLOCKED | SMMU_CAN_IDENTITY;
    description->policies.first_asid = 1;
    if (is("lies"))
        description->capabilities |= SMMU_CAN_POWER | SMMU_CAN_NESTING;
}

static int create(const struct smmu_system *system, void **self)
{
    if (is("create refuses"))
        return SMMU_ENOMEM;
    if (is("create dies"))
        abort();
    machine = system;
    handles = 0;
    place[0] = 0;
    *self = &handles;
    return 0;
}

static void destroy(void *self) { at("destroy"); }

static int probe(void *self, const struct smmu_firmware *firmware, int32_t *smmu)
{
    node = firmware->node;
    *smmu = ++handles;
    return 0;
}

static int smmu_(void *self, int32_t smmu) { return at("remove"); }
static int interrupt(void *self, int32_t smmu, int source) { return at("handle_interrupt"); }

static int add_master(void *self, int32_t smmu, const struct smmu_master *description, int32_t *master)
{
    const char *behind = strchr(description->name, '@');
    if (behind) {
        snprintf(way, sizeof way, "%.*s", (int)(behind - description->name), description->name);
        snprintf(place, sizeof place, "%s", behind + 1);
    }
    *master = ++handles;
    return at("add_master");
}

static int remove_master(void *self, int32_t master) { return at("remove_master"); }
static int free_domain(void *self, int32_t domain) { return at("free_domain"); }
static int attach(void *self, int32_t master, int32_t domain) { return at("attach"); }
static int detach(void *self, int32_t master) { return at("detach"); }
static int flush(void *self, int32_t domain) { return at("flush"); }

static int create_domain(void *self, const struct smmu_domain_request *request, int32_t *domain)
{
    *domain = ++handles;
    return at("create_domain");
}

static int geometry(void *self, int32_t domain, struct smmu_geometry *it)
{
    it->page_sizes = 0x1000;
    it->input_bits = it->output_bits = 40;
    return at("geometry");
}

static int map(void *self, int32_t domain, uint64_t address, uint64_t physical, uint64_t bytes, int protection)
{
    return at("map");
}

static int unmap(void *self, int32_t domain, uint64_t address, uint64_t bytes, uint64_t *unmapped)
{
    *unmapped = bytes;
    return at("unmap");
}

static struct smmu_driver functions = {
    .size = sizeof(struct smmu_driver), .abi = SMMU_ABI,
    .describe = describe, .create = create, .destroy = destroy,
    .probe = probe, .remove = smmu_, .shutdown = smmu_, .handle_interrupt = interrupt,
    .add_master = add_master, .remove_master = remove_master,
    .create_domain = create_domain, .free_domain = free_domain, .geometry = geometry,
    .attach = attach, .detach = detach, .map = map, .unmap = unmap, .flush = flush,
};

__attribute__((constructor)) static void loaded(void)
{
    if (is("dies when loaded"))
        *(volatile int *)nowhere = 1;
}

const struct smmu_driver *smmu_driver_get(uint32_t abi)
{
    if (abi != SMMU_ABI || is("no table")) return 0;
    if (is("abi")) functions.abi = 2;
    if (is("size")) functions.size -= 8;
    if (is("no probe")) functions.probe = 0;
    if (is("no create")) functions.create = 0;
    if (is("nothing optional")) {
        functions.remove = functions.shutdown = functions.remove_master = functions.free_domain = 0;
        functions.detach = functions.flush = 0;
        functions.handle_interrupt = 0;
        functions.attach = 0;
        functions.add_master = 0;
        functions.create_domain = 0;
        functions.geometry = 0;
        functions.map = 0;
        functions.unmap = 0;
    }
    return &functions;
}
