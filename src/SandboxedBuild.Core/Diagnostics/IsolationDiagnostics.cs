using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Diagnostics;

/// <summary>What is wrong with an isolation, or weaker than it was asked for.</summary>
public static class IsolationDiagnostics
{
    /// <summary>What is possible on another system than Linux; null on Linux.</summary>
    /// <param name="system">The system's name: Linux, macOS, Windows, …</param>
    public static Diagnostic? WrongSystem(string system) => system == "Linux" ? null : new(
        "SBX1030",
        $"commands are sandboxed on Linux only, and this is {system}. {system switch
        {
            "macOS" => "Run it in a Linux machine or container, for instance: docker run --rm -it --security-opt seccomp=unconfined --security-opt systempaths=unconfined -v \"$PWD:$PWD\" -w \"$PWD\" mcr.microsoft.com/dotnet/sdk:10.0",
            "Windows" => "Run it in the Windows Subsystem for Linux: wsl --install, then: wsl dotnet build",
            _ => "Run it in a Linux machine or container",
        }} – or without a sandbox: SandboxOnUnavailable=Plain");

    internal static Diagnostic Weakened(Diagnostic refusal) => new(
        "SBX1031",
        $"the isolation Bubblewrap is not available here, so the step runs in the weaker one Namespaces, which has no filter of system calls. What is in the way ({refusal.Code}): {refusal.Message}")
    {
        IsWarning = true,
    };

    internal static Diagnostic NotSandboxed(Isolation asked, Diagnostic refusal) => new(
        "SBX1032",
        $"the isolation {asked} is not available here, so the command runs without a sandbox (SandboxOnUnavailable is Plain): with all of your rights, and what it writes is in the live tree at once, and for good. What is in the way ({refusal.Code}): {refusal.Message}")
    {
        IsWarning = true,
    };

    internal static Diagnostic NoneAskedFor() => new(
        "SBX1033",
        "SandboxIsolation is None, so the command runs without a sandbox: with all of your rights, and what it writes is in the live tree at once, and for good. For a sandbox: SandboxIsolation=Auto")
    {
        IsWarning = true,
    };

    internal static Diagnostic ProcRefused(string reason) => new(
        "SBX1034",
        $"a /proc of the sandbox's own cannot be mounted here ({reason}). What refuses: the kernel, for parts of this /proc are covered, as container engines do. To change it: docker run --security-opt systempaths=unconfined … (podman run --security-opt unmask=ALL …)");

    /// <summary>Adds that without a sandbox a strategy is not to be had, though it was named.</summary>
    internal static Diagnostic WithoutStrategy(Diagnostic warning, Strategies.Strategy strategy) =>
        Add(warning, $"Nor does the strategy {strategy} count, which takes a sandbox: changes are told by a look before and after, and nothing is taken back");

    /// <summary>Adds that what the command changes is not told.</summary>
    internal static Diagnostic ChangesNotTold(Diagnostic warning, string reason) => Add(warning, $"What it changes is not told, for that cannot be found out here ({reason.TrimEnd('.')})");

    private static Diagnostic Add(Diagnostic warning, string sentence) => warning with { Message = $"{warning.Message.TrimEnd('.')}. {sentence}" };

    /// <summary>A step that has to be caught runs in a sandbox or not at all.</summary>
    /// <param name="why">What there is to catch.</param>
    /// <param name="warning">Why there is no sandbox.</param>
    public static Diagnostic NeedsSandbox(string why, Diagnostic warning)
    {
        ArgumentNullException.ThrowIfNull(warning);
        return new("SBX2051", $"{why}, which nothing but a sandbox can do; the command did not run. {warning.Message}");
    }

    internal static Diagnostic ToolsCovered(string place) => new(
        "SBX2050",
        $"the isolation Namespaces cannot have steps write to {place}: there are programs or libraries with which it sets the sandbox up itself. Use SandboxIsolation=Bubblewrap, which takes nothing from inside the sandbox – or a narrower SandboxRoot.");
}
