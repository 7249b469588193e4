using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Software's access to the registers: what a location is, which bits of a write count, and what the write does. Whatever
/// the manual forbids is reported, and of the permitted outcomes the one that helps least is taken (§6.2).
/// </summary>
internal sealed class RegisterFile(
    SmmuState state,
    RegisterBank bank,
    RegisterEffects effects,
    QueueRegisters queues,
    TranslationOperations operations,
    Watch watch
)
{
    /// <summary>A load of 4 or 8 bytes.</summary>
    public ulong Read(uint offset, int bytes)
    {
        var meant = state.Profile.Meant(offset);
        var value = Locate(offset, bytes, write: false, 0) is { } register
            ? Fetch(register, meant, bytes)
            : ComponentId.At(state.Profile, offset);
        watch.Observer?.RegisterRead(meant, bytes, value);
        return value;
    }

    /// <summary>A store of 4 or 8 bytes.</summary>
    public void Write(uint offset, int bytes, ulong value)
    {
        var meant = state.Profile.Meant(offset);
        watch.Observer?.RegisterWritten(meant, bytes, value);
        if (Locate(offset, bytes, write: true, value) is not { } register)
            return;
        if (register.Access == Access.ReadOnly)
        {
            Report(Misuse.ReadOnlyWrite, offset, value, "6.2");
            return;
        }
        // A half of a 64-bit register is written by itself (§6.2).
        var shift = 8 * (int)(meant - register.Offset);
        var written = (bytes == 8 ? ulong.MaxValue : uint.MaxValue) << shift;
        var old = bank[register.Offset];
        var next = Sift(register, offset, old, value << shift, written);
        if (next is { } accepted)
            Store(register, offset, old, accepted);
    }

    private void Store(RegisterInfo register, uint offset, ulong old, ulong value)
    {
        switch (register.Offset)
        {
            case Cr0.Offset:
                effects.ChangeEnables(value);
                break;
            case IrqCtrl.Offset:
                effects.ChangeInterruptEnables(value);
                break;
            case Gbpa.Offset or Gmpam.Offset or Gbpmpam.Offset:
                effects.StartUpdate(register, value);
                break;
            case GErrorN.Offset:
                effects.AcknowledgeErrors(value);
                break;
            case StrtabBase.Offset or StrtabBaseCfg.Offset or Cr1.Offset or Cr2.Offset:
                effects.Configure(register, value);
                break;
            case CmdqBase.Offset or EventqBase.Offset or PriqBase.Offset:
                queues.PlaceQueue(register, value);
                break;
            case CmdqProd.Offset:
                queues.RingDoorbell(value);
                break;
            case CmdqCons.Offset:
                queues.PlaceCommandConsumer(value);
                break;
            case EventqProd.Offset:
                queues.PlaceEventProducer(value);
                break;
            case EventqCons.Offset:
                queues.ReleaseEvents(value);
                break;
            case GatosCtrl.Offset:
                operations.Write(value);
                break;
            case DptCfgFar.Offset:
                effects.ClearDptFault(old, value);
                break;
            default:
                bank[register.Offset] = value;
                break;
        }
    }

    private ulong Fetch(RegisterInfo register, uint offset, int bytes)
    {
        var value = register.Offset switch
        {
            Cr0Ack.Offset => effects.ReadEnableAcknowledge(),
            IrqCtrlAck.Offset => effects.ReadInterruptAcknowledge(),
            Gbpa.Offset or Gmpam.Offset or Gbpmpam.Offset => effects.ReadUpdated(register),
            CmdqCons.Offset => queues.ReadCommandConsumer(),
            GatosCtrl.Offset => effects.ReadOperation(),
            GatosPar.Offset => operations.Result,
            _ => bank[register.Offset],
        };
        value >>= 8 * (int)(offset - register.Offset);
        return bytes == 8 ? value : value & uint.MaxValue;
    }

    // The register at a location, or null where an access reads as zero and ignores writes.
    private RegisterInfo? Locate(uint offset, int bytes, bool write, ulong value)
    {
        if (offset % (uint)bytes != 0)
        {
            Report(Misuse.AccessSize, offset, value, "6.2");
            return null;
        }
        if (RegisterAt(offset) is { } register)
        {
            // Two adjacent 32-bit registers are no 64-bit register.
            if (bytes <= register.Bytes)
                return register;
            Report(Misuse.AccessSize, offset, value, "6.2");
            return null;
        }
        RefuseUnmodelled(offset, value);
        // A reserved location of page 0 may be read, and written with zero; nothing more is promised anywhere else.
        if (value != 0 || offset >= RegisterMap.PageBytes || RegisterMap.IsShadowOfPage1(offset))
            Report(Misuse.NoRegister, offset, write ? value : 0, "6.2");
        return null;
    }

    private RegisterInfo? RegisterAt(uint offset) =>
        offset < state.Profile.RegisterBytes
        && RegisterMap.At(state.Profile.Meant(offset)) is { } register
        && state.Profile.Has(register)
            ? register
            : null;

    // Pages of features that the profile offers and nobody emulates: RES0 there would be a lie.
    private void RefuseUnmodelled(uint offset, ulong value)
    {
        if (state.Profile.IDR1.ECMDQ && offset is >= 0x4000 and < 0x8000)
            throw new NotModelledException("Enhanced Command queues", "3.5.6");
        if (state.Profile.IDR0.VATOS && offset >= RegisterMap.Bytes)
            throw new NotModelledException("the VATOS page", "6.2.3");
        if (offset >= state.Profile.RegisterBytes)
            Report(Misuse.NoRegister, offset, value, "6.1");
    }

    // The value a write leaves behind: reserved bits dropped, guarded bits kept; null if the whole write is ignored.
    private ulong? Sift(RegisterInfo register, uint offset, ulong old, ulong value, ulong written)
    {
        var implemented = RegisterFields.Implemented(state.Profile, register);
        if ((value & written & ~implemented) != 0)
            Report(Misuse.ReservedBit, offset, value, "6.2");
        CheckEncodings(register, offset, value & implemented);
        var set = effects.GuardsSet(register);
        var writable = RegisterMap.Writable(register, set) & implemented & written;
        if ((register.Guard & set) != Guard.None)
        {
            Report(
                Misuse.GuardedWrite,
                offset,
                value,
                register.Layout.Clause,
                register.Guard & set
            );
            return null;
        }
        var next = (old & ~writable) | (value & writable);
        if (((value ^ next) & implemented & written) != 0)
            Report(
                Misuse.GuardedWrite,
                offset,
                value,
                register.Layout.Clause,
                set & FieldGuards(register)
            );
        return next;
    }

    private void CheckEncodings(RegisterInfo register, uint offset, ulong value)
    {
        // What software writes to CMDQ_CONS.ERR does not count (§6.3.28).
        if (register.Offset == CmdqCons.Offset)
            return;
        foreach (var field in register.Layout.Fields)
            if (field.Form == FieldForm.Choice && field.NameOf(field.RawIn(value)) is null)
                Report(Misuse.ReservedEncoding, offset, value, register.Layout.Clause);
    }

    private static Guard FieldGuards(RegisterInfo register)
    {
        var guards = Guard.None;
        foreach (var field in register.Layout.Fields)
            guards |= field.Guard;
        return guards;
    }

    private void Report(
        Misuse kind,
        uint offset,
        ulong value,
        string clause,
        Guard guard = Guard.None
    ) => watch.Observer?.RegisterMisused(new(kind, offset, value, guard, clause));
}
