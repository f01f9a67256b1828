using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Tool;

/// <summary>What the tool's exit codes mean. <c>run</c> exits with the command's own code, and with these where there is none.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>A negative answer: a conflict, a refusal, differences.</summary>
    public const int No = 1;

    /// <summary>The command line is wrong, or the host lacks something.</summary>
    public const int Usage = 2;

    /// <summary>The command succeeded, but its changes could not be committed; they are held.</summary>
    public const int NotCommitted = 124;

    /// <summary>The sandbox failed and the command did not run, or it went beyond a limit, as env(1) and timeout(1) say it of themselves.</summary>
    public const int SandboxFailed = 125;

    /// <summary>A signal ended it, as a shell says it.</summary>
    public const int Signal = 128;

    /// <summary>The exit code for a failure of every command but <c>run</c>.</summary>
    public static int For(Diagnostic diagnostic) => diagnostic.Code[3] switch
    {
        '4' => No,
        '3' when diagnostic.Code[3..] == "3005" => No,
        '2' when diagnostic.Code[3..] is "2005" or "2021" or "2022" or "2023" or "2024" or "2026" or "2027" => No,
        _ => Usage,
    };
}
