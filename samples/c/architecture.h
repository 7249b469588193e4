/*
 * architecture.h: registers, commands and structures of the SMMUv3 as far as this driver uses them, by the names of the manual
 * (IHI 0070 G.b). Nothing here is a choice of the driver.
 */
#ifndef ARCHITECTURE_H
#define ARCHITECTURE_H

#include <stdint.h>

#define BIT(n) (UINT64_C(1) << (n))

/* Bits [high:low] of a word. */
static inline uint64_t field(uint64_t word, unsigned high, unsigned low)
{
    return (word >> low) & (BIT(high - low + 1) - 1);
}

/* §6.2 Registers, by their offset in page 0. */
enum {
    SMMU_IDR0 = 0x0,
    SMMU_IDR1 = 0x4,
    SMMU_IDR5 = 0x14,
    SMMU_CR0 = 0x20,
    SMMU_CR0ACK = 0x24,
    SMMU_CR1 = 0x28,
    SMMU_CR2 = 0x2c,
    SMMU_GBPA = 0x44,
    SMMU_IRQ_CTRL = 0x50,
    SMMU_IRQ_CTRLACK = 0x54,
    SMMU_GERROR = 0x60,
    SMMU_GERRORN = 0x64,
    SMMU_GERROR_IRQ_CFG0 = 0x68, /* CFG1 8 bytes on, CFG2 12 */
    SMMU_STRTAB_BASE = 0x80,
    SMMU_STRTAB_BASE_CFG = 0x88,
    SMMU_CMDQ_BASE = 0x90,
    SMMU_CMDQ_PROD = 0x98,
    SMMU_CMDQ_CONS = 0x9c,
    SMMU_EVENTQ_BASE = 0xa0,
    SMMU_EVENTQ_IRQ_CFG0 = 0xb0,
    /* These two are in page 1. */
    SMMU_EVENTQ_PROD = 0xa8,
    SMMU_EVENTQ_CONS = 0xac,
    SMMU_PAGE_BYTES = 0x10000
};

/* §6.3.9 SMMU_CR0 */
enum { CR0_SMMUEN = 1 << 0, CR0_EVENTQEN = 1 << 2, CR0_CMDQEN = 1 << 3, CR0_ATSCHK = 1 << 4 };

/* §6.3.12 SMMU_CR2 */
enum { CR2_RECINVSID = 1 << 1, CR2_PTM = 1 << 2 };

/* §6.3.14 SMMU_GBPA */
#define GBPA_ABORT (UINT32_C(1) << 20)
#define GBPA_UPDATE (UINT32_C(1) << 31)

/* §6.3.16 SMMU_IRQ_CTRL */
enum { IRQ_CTRL_GERROR = 1 << 0, IRQ_CTRL_EVENTQ = 1 << 2 };

/* §6.3.19 SMMU_GERROR */
enum { GERROR_CMDQ_ERR = 1 << 0, GERROR_EVENTQ_ABT_ERR = 1 << 2, GERROR_SFM_ERR = 1 << 8 };

/* §7.1 SMMU_CMDQ_CONS.ERR */
enum { CERROR_NONE = 0, CERROR_ILL = 1, CERROR_ABT = 2, CERROR_ATC_INV_SYNC = 3 };

/* §6.3.95, §6.3.96: OVFLG of EVENTQ_PROD and OVACKFLG of EVENTQ_CONS */
#define EVENTQ_OVERFLOW (UINT32_C(1) << 31)

/* Shareability and cacheability. CR1, STE and CD agree as far as these go. §5.2, §5.4, §6.3.11 */
enum { SH_OUTER = 2, SH_INNER = 3, CACHE_NONE = 0, CACHE_WRITE_BACK = 1 };

/* §4.1 Commands, by their opcode. */
enum {
    CMD_CFGI_STE = 0x03,
    CMD_CFGI_ALL = 0x04,
    CMD_TLBI_NH_ASID = 0x11,
    CMD_TLBI_NH_VA = 0x12,
    CMD_TLBI_EL2_ALL = 0x20,
    CMD_TLBI_S12_VMALL = 0x28,
    CMD_TLBI_S2_IPA = 0x2a,
    CMD_TLBI_NSNH_ALL = 0x30,
    CMD_RESUME = 0x44,
    CMD_STALL_TERM = 0x45,
    CMD_SYNC = 0x46
};

/* §5.2 Stream table entry: 64 bytes, of which this driver uses the first four words. */
#define STE_BYTES 64u
#define STE_V BIT(0)
#define STE_CONFIG(value) ((uint64_t)(value) << 1)
enum { CONFIG_ABORT = 0, CONFIG_BYPASS = 4, CONFIG_STAGE1 = 5, CONFIG_STAGE2 = 6 };
/* word 1 */
#define STE_S1CIR(value) ((uint64_t)(value) << 2)
#define STE_S1COR(value) ((uint64_t)(value) << 4)
#define STE_S1CSH(value) ((uint64_t)(value) << 6)
#define STE_S1STALLD BIT(27)
#define STE_SHCFG_INCOMING BIT(44)
/* word 2 */
#define STE_S2VMID(value) ((uint64_t)(value))
#define STE_S2T0SZ(value) ((uint64_t)(value) << 32)
#define STE_S2SL0(value) ((uint64_t)(value) << 38)
#define STE_S2IR0(value) ((uint64_t)(value) << 40)
#define STE_S2OR0(value) ((uint64_t)(value) << 42)
#define STE_S2SH0(value) ((uint64_t)(value) << 44)
#define STE_S2TG(value) ((uint64_t)(value) << 46)
#define STE_S2PS(value) ((uint64_t)(value) << 48)
#define STE_S2AA64 BIT(51)
#define STE_S2ENDI BIT(52)
#define STE_S2S BIT(57)
#define STE_S2R BIT(58)

/* §5.4 Context descriptor: 64 bytes. */
#define CD_BYTES 64u
#define CD_T0SZ(value) ((uint64_t)(value))
#define CD_TG0(value) ((uint64_t)(value) << 6)
#define CD_IR0(value) ((uint64_t)(value) << 8)
#define CD_OR0(value) ((uint64_t)(value) << 10)
#define CD_SH0(value) ((uint64_t)(value) << 12)
#define CD_ENDI BIT(15)
#define CD_EPD1 BIT(30)
#define CD_V BIT(31)
#define CD_IPS(value) ((uint64_t)(value) << 32)
#define CD_AA64 BIT(41)
#define CD_S BIT(44)
#define CD_R BIT(45)
#define CD_A BIT(46)
#define CD_ASET BIT(47)
#define CD_ASID(value) ((uint64_t)(value) << 48)

/* §7.3 Event records, by their number. */
enum {
    C_BAD_STREAMID = 0x02,
    F_STE_FETCH = 0x03,
    C_BAD_STE = 0x04,
    F_STREAM_DISABLED = 0x06,
    C_BAD_SUBSTREAMID = 0x08,
    F_CD_FETCH = 0x09,
    C_BAD_CD = 0x0a,
    F_WALK_EABT = 0x0b,
    F_TRANSLATION = 0x10,
    F_ADDR_SIZE = 0x11,
    F_ACCESS = 0x12,
    F_PERMISSION = 0x13,
    F_VMS_FETCH = 0x25
};

#endif
