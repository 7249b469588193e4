//! Replaces an entry that the SMMU may read at any moment, one aligned 64-bit word at a time (§3.21.3).
//!
//! The SMMU reads the eight words in any order, and keeps what it has read until it is told to forget. So all that is
//! stored between two confirmed invalidations may be seen in any mixture. Each step here is one whose every mixture
//! means what was before it or what is after it:
//!
//! 1. fill: words, or bits of them, that the old entry does not read become what the new one reads;
//! 2. switch: the one word that then still decides between old and new;
//! 3. tidy: what the new entry does not read any more.
//!
//! If more than one word decides, the entry is made invalid first: accesses are refused for that time.

use crate::access::Memory;
use crate::error::Result;

pub const WORDS: usize = 8;
pub const BYTES: u64 = 64;

pub type Words = [u64; WORDS];

/// An entry that can be reached.
pub struct LiveEntry<'a> {
    pub memory: Memory,
    pub address: u64,
    /// Which bits of an entry with these words the SMMU goes by.
    pub reads: fn(&Words) -> Words,
    /// Makes the SMMU forget the entry, and waits until it has.
    pub announce: &'a mut dyn FnMut() -> Result<()>,
}

impl LiveEntry<'_> {
    /// Replaces the entry. After a failure nothing more is stored: what can be seen is old, new or a refusal, and the
    /// entry is `unsure` the next time.
    pub fn replace(mut self, target: &Words, unsure: bool) -> Result<()> {
        // What is cached may be older than what is in memory, and would be one version too many in the mixture.
        if unsure {
            (self.announce)()?;
        }
        let current = self.load();
        if current == *target {
            return Ok(());
        }

        // What the new entry points to is there before the entry is.
        self.memory.barrier();

        let (before, after) = ((self.reads)(&current), (self.reads)(target));
        let mut filled = current;
        let mut deciding = Vec::new();
        for i in 0..WORDS {
            filled[i] = current[i] & before[i] | target[i] & !before[i];
            if (filled[i] ^ target[i]) & after[i] != 0 {
                deciding.push(i);
            }
        }

        match deciding[..] {
            [] => self.step(&filled)?,
            [word] => {
                filled[word] = current[word];
                self.step(&filled)?;
                filled[word] = target[word];
                self.step(&filled)?;
            }
            _ => {
                let mut invalid = current;
                invalid[0] = 0;
                self.step(&invalid)?;
                let mut almost = *target;
                almost[0] = 0;
                self.step(&almost)?;
            }
        }
        self.step(target)
    }

    // Stores the words that differ from what is there, and announces it if there were any.
    fn step(&mut self, words: &Words) -> Result<()> {
        let current = self.load();
        if current == *words {
            return Ok(());
        }
        for i in 0..WORDS {
            if current[i] != words[i] {
                self.memory.store(self.address + 8 * i as u64, words[i]);
            }
        }
        self.memory.clean(self.address, BYTES);
        (self.announce)()
    }

    fn load(&self) -> Words {
        core::array::from_fn(|i| self.memory.load(self.address + 8 * i as u64))
    }
}
