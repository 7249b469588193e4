namespace SmmuConformance.Architecture;

/// <summary>
/// Bits [7:0] of an event record (§7.3). 0xe0 to 0xef are implementation defined; software must survive any value.
/// </summary>
public enum EventId : byte
{
    /// <summary>F_UUT.</summary>
    FUut = 0x01,

    /// <summary>C_BAD_STREAMID.</summary>
    CBadStreamid = 0x02,

    /// <summary>F_STE_FETCH.</summary>
    FSteFetch = 0x03,

    /// <summary>C_BAD_STE.</summary>
    CBadSte = 0x04,

    /// <summary>F_BAD_ATS_TREQ.</summary>
    FBadAtsTreq = 0x05,

    /// <summary>F_STREAM_DISABLED.</summary>
    FStreamDisabled = 0x06,

    /// <summary>F_TRANSL_FORBIDDEN.</summary>
    FTranslForbidden = 0x07,

    /// <summary>C_BAD_SUBSTREAMID.</summary>
    CBadSubstreamid = 0x08,

    /// <summary>F_CD_FETCH.</summary>
    FCdFetch = 0x09,

    /// <summary>C_BAD_CD.</summary>
    CBadCd = 0x0a,

    /// <summary>F_WALK_EABT.</summary>
    FWalkEabt = 0x0b,

    /// <summary>F_TRANSLATION.</summary>
    FTranslation = 0x10,

    /// <summary>F_ADDR_SIZE.</summary>
    FAddrSize = 0x11,

    /// <summary>F_ACCESS.</summary>
    FAccess = 0x12,

    /// <summary>F_PERMISSION.</summary>
    FPermission = 0x13,

    /// <summary>F_TLB_CONFLICT.</summary>
    FTlbConflict = 0x20,

    /// <summary>F_CFG_CONFLICT.</summary>
    FCfgConflict = 0x21,

    /// <summary>E_PAGE_REQUEST.</summary>
    EPageRequest = 0x24,

    /// <summary>F_VMS_FETCH.</summary>
    FVmsFetch = 0x25,
}
