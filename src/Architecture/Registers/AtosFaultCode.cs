namespace SmmuConformance.Architecture;

/// <summary>
/// Why an address translation operation failed: ATOS_PAR.FAULTCODE. Three codes are of ATOS alone, the others are event
/// numbers; values not named here are Reserved. §9.1.5
/// </summary>
public enum AtosFaultCode : byte
{
    /// <summary>C_BAD_STREAMID.</summary>
    CBadStreamid = 0x02,

    /// <summary>F_STE_FETCH.</summary>
    FSteFetch = 0x03,

    /// <summary>C_BAD_STE.</summary>
    CBadSte = 0x04,

    /// <summary>F_STREAM_DISABLED.</summary>
    FStreamDisabled = 0x06,

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

    /// <summary>F_VMS_FETCH.</summary>
    FVmsFetch = 0x25,

    /// <summary>INTERNAL_ERR: the operation was ended for another reason.</summary>
    InternalErr = 0xfd,

    /// <summary>INV_STAGE: the stage asked for is not there.</summary>
    InvStage = 0xfe,

    /// <summary>INV_REQ: the request is malformed.</summary>
    InvReq = 0xff,
}
