/*
 * smmu_driver.h: what a driver for the Arm SMMUv3 written in C, or in any language that can speak C, offers to SmmuConformance,
 * and what it may touch. C99, no library. ABI version 1.
 *
 * A library exports one function, smmu_driver_get(). Nothing is allocated on one side and freed on the other: what a pointer points
 * to belongs to whoever passed it, for the time of the call. Two exceptions: the tables of functions live as long as the library,
 * and what create() was given lives until destroy().
 *
 * Calls come one after another. The meaning of every operation, and which error goes with what, is said once, in
 * src/Driver/Contract; the names there are the names here.
 */
#ifndef SMMU_DRIVER_H
#define SMMU_DRIVER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SMMU_ABI 1u

/* What an operation answers: 0, or one of these. The numbers are those of Linux, whatever the host's <errno.h> says. */
enum {
    SMMU_DONE = 0,
    SMMU_ENOENT = 2,      /* the object named does not exist */
    SMMU_EIO = 5,         /* the words given break the architecture's rules */
    SMMU_ENXIO = 6,       /* the hardware lacks what the driver cannot do without */
    SMMU_ENOMEM = 12,     /* memory could not be had */
    SMMU_EFAULT = 14,     /* an address lies outside what the caller may name */
    SMMU_EBUSY = 16,      /* the object is in a use that excludes this one */
    SMMU_EEXIST = 17,     /* there is one already */
    SMMU_ENODEV = 19,     /* no such device, or it is another's */
    SMMU_EINVAL = 22,     /* the arguments do not fit together or with the hardware */
    SMMU_ENOSPC = 28,     /* no identifier (ASID, VMID, PASID) is left */
    SMMU_ERANGE = 34,     /* an identifier is larger than the hardware's table */
    SMMU_EOVERFLOW = 75,  /* an existing identifier is larger than this device's limit */
    SMMU_EOPNOTSUPP = 95, /* the driver or the hardware does not offer this */
    SMMU_ETIMEDOUT = 110  /* the hardware did not answer within the driver's bound */
};

/* What a driver can do beside probing, resetting and removing an SMMU; smmu_description.capabilities. */
enum {
    SMMU_CAN_IDENTITY = 1 << 0,
    SMMU_CAN_BLOCKED = 1 << 1,
    SMMU_CAN_STAGE1 = 1 << 2,
    SMMU_CAN_STAGE2 = 1 << 3,
    SMMU_CAN_MULTIPLE_SMMUS = 1 << 4,
    SMMU_CAN_PASID_ATTACH = 1 << 5,
    SMMU_CAN_AUXILIARY_DOMAINS = 1 << 6,
    SMMU_CAN_SHARED_ADDRESSING = 1 << 7,
    SMMU_CAN_PAGE_FAULTS = 1 << 8,
    SMMU_CAN_NESTING = 1 << 9,
    SMMU_CAN_COHERENCY_ENFORCEMENT = 1 << 10,
    SMMU_CAN_DIRTY_TRACKING = 1 << 11,
    SMMU_CAN_POWER = 1 << 12,
    SMMU_CAN_TAKE_OVER = 1 << 13,
    SMMU_CAN_ATS = 1 << 14,
    SMMU_LIKE_LINUX = 1 << 16 /* where the manual leaves a choice and Linux has made it, the same: cases of level linux apply */
};

/* The choices the architecture leaves to a driver. Zero is the first of each pair. */
struct smmu_policies {
    uint8_t asid_per_smmu;       /* an ASID is unique: over all SMMUs (0), within one (1) */
    uint8_t vmid_per_smmu;       /* so is a VMID */
    uint8_t bypass_unattached;   /* streams without a domain: abort (0), bypass (1) */
    uint8_t lazy_flush;          /* unmapped ranges are forgotten: before unmap returns (0), when flush returns (1) */
    uint8_t linear_stream_table; /* two levels where offered (0), always linear (1) */
    uint8_t hears_broadcasts;    /* relies on broadcast TLB maintenance where SMMU_IDR0.BTM offers it (1) */
    uint16_t first_asid;         /* the lowest ASID it gives out */
};

struct smmu_description {
    uint32_t size;         /* sizeof this */
    uint32_t capabilities; /* SMMU_CAN_* */
    const char *name;      /* letters, digits, dots and dashes: also the name of its folder of snapshots */
    const char *version;
    struct smmu_policies policies;
    /* 0: every store goes through system->store. 1: it writes system->window itself, and order is known at register writes only. */
    uint8_t at_doorbell;
};

/* What firmware says of one SMMU. */
struct smmu_firmware {
    uint32_t size;
    uint32_t node; /* for read32, write32, ... of smmu_system */
    uint8_t coherent;
    uint8_t model; /* 0 generic, 1 HiSilicon Hi161x, 2 Cavium ThunderX2 CN99xx, 3 NVIDIA Tegra264 */
    uint8_t has_hardware_update;
    uint8_t hardware_update; /* if there: overrules SMMU_IDR0.HTTU */
    uint8_t has_msi;
    uint64_t register_bytes;
    uint64_t msi_doorbell;
    uint32_t msi_event_queue, msi_global_error, msi_pri_queue; /* data */
    uint32_t busy_stream_count;
    const uint32_t *busy_streams; /* must reach memory unchanged until their device is attached */
};

struct smmu_master {
    uint32_t size;
    uint32_t stream_count;
    const uint32_t *streams; /* one may be listed twice */
    const char *name;
    uint8_t substream_bits;
    uint8_t can_stall, ats, pri;
    uint8_t can_write_back_non_snooped;
    uint8_t coherent;
};

enum { SMMU_BLOCKED = 0, SMMU_IDENTITY = 1, SMMU_PAGING = 2 }; /* kind */
enum { SMMU_ANY_STAGE = 0, SMMU_STAGE1 = 1, SMMU_STAGE2 = 2 }; /* stage */
enum { SMMU_DEFAULT_FLUSH = 0, SMMU_STRICT = 1, SMMU_LAZY = 2 }; /* flush */

struct smmu_domain_request {
    uint32_t size;
    uint8_t kind, stage, nest_parent, dirty_tracking, flush;
    uint32_t smmu_count;
    const int32_t *smmus; /* whose common abilities a paging domain is sized for */
};

struct smmu_geometry {
    uint64_t page_sizes; /* one bit each: bit 12 is 4 KiB */
    uint8_t input_bits, output_bits;
};

enum { /* protection */
    SMMU_READ = 1 << 0,
    SMMU_WRITE = 1 << 1,
    SMMU_NO_EXECUTE = 1 << 2,
    SMMU_CACHE = 1 << 3,
    SMMU_DEVICE = 1 << 4,
    SMMU_PRIVILEGED = 1 << 5
};

enum { SMMU_IRQ_EVENT_QUEUE = 0, SMMU_IRQ_PRI_QUEUE, SMMU_IRQ_GLOBAL_ERROR, SMMU_IRQ_COMMAND_SYNC, SMMU_IRQ_COMBINED };

enum { SMMU_ENABLE_PASID = 1 << 0, SMMU_ENABLE_ATS = 1 << 1, SMMU_ENABLE_PRI = 1 << 2 }; /* switch_device */

enum { SMMU_FAULT_TRANSLATION = 0, SMMU_FAULT_CONFIGURATION = 1, SMMU_FAULT_OTHER = 2 };

struct smmu_fault_report {
    int32_t smmu;
    int32_t master; /* if has_master */
    uint8_t has_master;
    uint8_t kind; /* SMMU_FAULT_* */
    uint64_t record[4];
};

struct smmu_page_fault {
    int64_t group;
    uint64_t address;
    int32_t master;
    uint32_t pasid; /* if has_pasid */
    uint8_t has_pasid, last, read, write, execute, privileged;
};

struct smmu_process {
    int32_t id;
    uint16_t shared_asid; /* if has_shared_asid */
    uint8_t has_shared_asid, input_bits, output_bits;
    uint64_t table, page_size, memory_attributes;
};

struct smmu_hardware_information {
    uint32_t idr[6], iidr, aidr;
};

struct smmu_command {
    uint64_t word[2];
};

struct smmu_dirty_range {
    uint64_t address, bytes;
};

/*
 * The machine, as a PE sees it. The first argument of each function is `context`. Memory is weakly ordered: an SMMU may see two
 * stores in either order unless a barrier stands between them, and earlier stores are not ordered before a register write.
 */
struct smmu_system {
    uint32_t size, abi;
    void *context;
    uint32_t (*read32)(void *context, uint32_t node, uint32_t offset);
    uint64_t (*read64)(void *context, uint32_t node, uint32_t offset);
    void (*write32)(void *context, uint32_t node, uint32_t offset, uint32_t value);
    void (*write64)(void *context, uint32_t node, uint32_t offset, uint64_t value);
    uint64_t (*allocate)(void *context, uint64_t bytes, uint64_t alignment); /* zeroed memory for DMA; 0: none left */
    void (*free)(void *context, uint64_t address);
    uint64_t (*load)(void *context, uint64_t address); /* aligned, little-endian */
    void (*store)(void *context, uint64_t address, uint64_t value);
    uint64_t (*compare_exchange)(void *context, uint64_t address, uint64_t expected, uint64_t value); /* what was there */
    void (*barrier)(void *context);
    void (*clean)(void *context, uint64_t address, uint64_t bytes); /* for an SMMU that is not coherent */
    void (*relax)(void *context);                                   /* once a round of every polling loop: the only clock */
    uint64_t (*microseconds)(void *context);                        /* moves in relax only */
    void (*switch_device)(void *context, uint32_t node, uint32_t stream, uint8_t enables, uint8_t unit);
    void (*report)(void *context, const struct smmu_fault_report *fault);
    void (*forward)(void *context, int32_t guest, const uint64_t record[4]);
    void (*ask)(void *context, const struct smmu_page_fault *fault);
    void (*log)(void *context, int level, const char *text); /* 0 information, 1 warning, 2 error */
    /* DMA memory from window_base on, mapped here; NULL if it is not. It may be read. It may be written only with at_doorbell. */
    uint8_t *window;
    uint64_t window_base, window_bytes;
};

/* The driver. `self` is what create() made. A function that is NULL answers SMMU_EOPNOTSUPP. */
struct smmu_driver {
    uint32_t size, abi;
    void (*describe)(struct smmu_description *description);
    int (*create)(const struct smmu_system *system, void **self);
    void (*destroy)(void *self);

    int (*probe)(void *self, const struct smmu_firmware *firmware, int32_t *smmu);
    int (*remove)(void *self, int32_t smmu);
    int (*shutdown)(void *self, int32_t smmu);
    int (*handle_interrupt)(void *self, int32_t smmu, int source);
    int (*add_master)(void *self, int32_t smmu, const struct smmu_master *description, int32_t *master);
    int (*remove_master)(void *self, int32_t master);
    int (*create_domain)(void *self, const struct smmu_domain_request *request, int32_t *domain);
    int (*free_domain)(void *self, int32_t domain);
    int (*geometry)(void *self, int32_t domain, struct smmu_geometry *geometry);
    int (*attach)(void *self, int32_t master, int32_t domain);
    int (*detach)(void *self, int32_t master);
    int (*map)(void *self, int32_t domain, uint64_t address, uint64_t physical, uint64_t bytes, int protection);
    int (*unmap)(void *self, int32_t domain, uint64_t address, uint64_t bytes, uint64_t *unmapped);
    int (*flush)(void *self, int32_t domain);

    /* SMMU_CAN_POWER */
    int (*suspend)(void *self, int32_t smmu);
    int (*resume)(void *self, int32_t smmu);
    /* SMMU_CAN_PASID_ATTACH */
    int (*pasids_of)(void *self, int32_t master, uint32_t *count);
    int (*attach_pasid)(void *self, int32_t master, uint32_t pasid, int32_t domain);
    int (*detach_pasid)(void *self, int32_t master, uint32_t pasid);
    /* SMMU_CAN_AUXILIARY_DOMAINS */
    int (*enable_auxiliary)(void *self, int32_t master);
    int (*disable_auxiliary)(void *self, int32_t master);
    int (*attach_auxiliary)(void *self, int32_t master, int32_t domain, uint32_t *pasid);
    int (*detach_auxiliary)(void *self, int32_t master, int32_t domain);
    int (*pasid_of)(void *self, int32_t domain, uint32_t *pasid);
    /* SMMU_CAN_SHARED_ADDRESSING */
    int (*bind)(void *self, int32_t master, const struct smmu_process *process, uint32_t *pasid);
    int (*unbind)(void *self, int32_t master, int32_t process);
    int (*changed)(void *self, int32_t process, uint64_t address, uint64_t bytes);
    int (*exited)(void *self, int32_t process);
    /* SMMU_CAN_PAGE_FAULTS */
    int (*enable_faults)(void *self, int32_t master);
    int (*disable_faults)(void *self, int32_t master);
    int (*answer)(void *self, int64_t group, int answer); /* 0 resolved, 1 invalid, 2 failure */
    /* SMMU_CAN_COHERENCY_ENFORCEMENT */
    int (*enforce_coherency)(void *self, int32_t domain, uint8_t *enforced);
    /* SMMU_CAN_DIRTY_TRACKING */
    int (*start_tracking)(void *self, int32_t domain);
    int (*stop_tracking)(void *self, int32_t domain);
    /* *count: in, room in ranges; out, how many there are. With more than room, nothing is cleaned and it is asked again. */
    int (*read_dirty)(void *self, int32_t domain, uint64_t address, uint64_t bytes, int clean, struct smmu_dirty_range *ranges, uint32_t *count);
    /* SMMU_CAN_NESTING */
    int (*information_of)(void *self, int32_t master, struct smmu_hardware_information *information);
    int (*create_virtual_smmu)(void *self, int32_t master, int32_t parent, int32_t *guest);
    int (*free_virtual_smmu)(void *self, int32_t guest);
    int (*add_virtual_device)(void *self, int32_t guest, int32_t master, uint32_t virtual_stream);
    int (*remove_virtual_device)(void *self, int32_t guest, int32_t master);
    int (*create_nested_domain)(void *self, int32_t guest, uint64_t word0, uint64_t word1, int32_t *domain);
    /* *handled: how many of the commands have had their effect */
    int (*invalidate)(void *self, int32_t guest, const struct smmu_command *commands, uint32_t count, uint32_t *handled);
};

/* The one symbol a library exports. `abi` is what the suite speaks; NULL if the driver does not. */
#if defined(_WIN32)
__declspec(dllexport)
#elif defined(__GNUC__)
__attribute__((visibility("default")))
#endif
const struct smmu_driver *smmu_driver_get(uint32_t abi);

#ifdef __cplusplus
}
#endif
#endif
