//! Registers and bits of them that this driver uses (§6.2, §6.3). Offsets are from page 0.

pub const IDR0: u32 = 0x00;
pub const IDR1: u32 = 0x04;
pub const IDR3: u32 = 0x0c;
pub const IDR5: u32 = 0x14;
pub const CR0: u32 = 0x20;
pub const CR0ACK: u32 = 0x24;
pub const CR1: u32 = 0x28;
pub const CR2: u32 = 0x2c;
pub const GBPA: u32 = 0x44;
pub const IRQ_CTRL: u32 = 0x50;
pub const IRQ_CTRLACK: u32 = 0x54;
pub const GERROR: u32 = 0x60;
pub const GERRORN: u32 = 0x64;
pub const GERROR_IRQ_CFG0: u32 = 0x68;
pub const GERROR_IRQ_CFG1: u32 = 0x70;
pub const GERROR_IRQ_CFG2: u32 = 0x74;
pub const STRTAB_BASE: u32 = 0x80;
pub const STRTAB_BASE_CFG: u32 = 0x88;
pub const CMDQ_BASE: u32 = 0x90;
pub const CMDQ_PROD: u32 = 0x98;
pub const CMDQ_CONS: u32 = 0x9c;
pub const EVENTQ_BASE: u32 = 0xa0;
pub const EVENTQ_IRQ_CFG0: u32 = 0xb0;
pub const EVENTQ_IRQ_CFG1: u32 = 0xb8;
pub const EVENTQ_IRQ_CFG2: u32 = 0xbc;

// On page 1.
pub const EVENTQ_PROD: u32 = 0xa8;
pub const EVENTQ_CONS: u32 = 0xac;

pub const CR0_SMMUEN: u32 = 1 << 0;
pub const CR0_EVENTQEN: u32 = 1 << 2;
pub const CR0_CMDQEN: u32 = 1 << 3;
pub const CR0_ATSCHK: u32 = 1 << 4;

pub const CR2_RECINVSID: u32 = 1 << 1;
pub const CR2_PTM: u32 = 1 << 2;

pub const GBPA_ABORT: u32 = 1 << 20;
pub const GBPA_UPDATE: u32 = 1 << 31;

pub const IRQ_GERROR: u32 = 1 << 0;
pub const IRQ_EVENTQ: u32 = 1 << 2;

pub const GERROR_CMDQ: u32 = 1 << 0;
pub const GERROR_EVENTQ_ABT: u32 = 1 << 2;
pub const GERROR_SFM: u32 = 1 << 8;

/// Memory attributes of the doorbell of an interrupt controller: Device-nGnRE (§3.18).
pub const DEVICE_NGNRE: u32 = 0b0001;
