namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>How a process ended, in words.</summary>
internal static class ExitText
{
    /// <summary>The text of an exit code.</summary>
    public static string Of(int code) =>
        code switch
        {
            129 => "SIGHUP (its terminal is gone)",
            130 => "SIGINT (somebody interrupted it)",
            131 => "SIGQUIT (somebody ended it)",
            132 => "SIGILL (an illegal instruction)",
            133 => "SIGTRAP (a breakpoint or trap)",
            134 => "SIGABRT (abort, or a failed assertion)",
            135 => "SIGBUS (a bus error)",
            136 => "SIGFPE (an arithmetic error, such as a division by 0)",
            137 => "SIGKILL (somebody killed it)",
            139 => "SIGSEGV (an access to memory that is not there)",
            141 => "SIGPIPE (nobody listens any more)",
            142 => "SIGALRM (its alarm went off)",
            143 => "SIGTERM (somebody ended it)",
            _ => null,
        } switch
        {
            { } signal => $"by {signal}",
            null => $"it exited with code {code}",
        };
}
