namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>How a process ended, in words.</summary>
internal static class ExitText
{
    /// <summary>The text of an exit code.</summary>
    public static string Of(int code) =>
        (code - 128) switch
        {
            4 => "SIGILL (an illegal instruction)",
            5 => "SIGTRAP (a breakpoint or trap)",
            6 => "SIGABRT (abort, or a failed assertion)",
            7 => "SIGBUS (a bus error)",
            8 => "SIGFPE (an arithmetic error, such as a division by 0)",
            9 => "SIGKILL (somebody killed it)",
            11 => "SIGSEGV (an access to memory that is not there)",
            13 => "SIGPIPE",
            15 => "SIGTERM (somebody ended it)",
            _ => null,
        } switch
        {
            { } signal => $"by {signal}",
            null => $"it exited with code {code}",
        };
}
