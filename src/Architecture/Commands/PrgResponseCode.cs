namespace SmmuConformance.Architecture;

/// <summary>
/// What an endpoint is told about a page request group: the response code of the PCIe message (§8.3), which is not the
/// number in CMD_PRI_RESP.
/// </summary>
public enum PrgResponseCode : byte
{
    /// <summary>Every page of the group is there, or the endpoint may simply ask again.</summary>
    Success = 0b0000,

    /// <summary>Some page of the group cannot be had.</summary>
    InvalidRequest = 0b0001,

    /// <summary>The endpoint must stop asking.</summary>
    ResponseFailure = 0b1111,
}

/// <summary>Between what software answers and what the endpoint hears.</summary>
public static class PriResponses
{
    /// <summary>The code of the message, or null for the Reserved answer, with which a CMD_PRI_RESP is ILLEGAL.</summary>
    public static PrgResponseCode? ToCode(this PriResponse response) =>
        response switch
        {
            PriResponse.Failure => PrgResponseCode.ResponseFailure,
            PriResponse.Invalid => PrgResponseCode.InvalidRequest,
            PriResponse.Success => PrgResponseCode.Success,
            _ => null,
        };
}
