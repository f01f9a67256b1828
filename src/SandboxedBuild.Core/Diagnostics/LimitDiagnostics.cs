using SandboxedBuild.Limits;

namespace SandboxedBuild.Diagnostics;

/// <summary>A step went beyond a limit, or a limit cannot be kept here.</summary>
internal static class LimitDiagnostics
{
    public static Diagnostic NotKept(Limit limit, string obstacles) => limit == Limit.Cpu
        ? new("SBX1040", $"the limit of processors cannot be kept here, so the step does not run: only a control group with the controller cpu can keep it ({obstacles}). Run the build where it may make one: systemd-run --user --scope -p Delegate=yes dotnet build – or take the limit away: CpuLimit, SandboxCpuLimit, \"cpu\" in the rule's \"limits\".")
        : new("SBX1041", $"the limit of processes cannot be kept here, so the step does not run: a control group with the controller pids can keep it ({obstacles}), or, as an ordinary user, Linux 5.14 with user namespaces. Run the build where it may make one: systemd-run --user --scope -p Delegate=yes dotnet build – or take the limit away: ProcessLimit, SandboxProcessLimit, \"processes\" in the rule's \"limits\".");

    public static Diagnostic Exceeded(string step, Excess excess) => excess.Limit switch
    {
        Limit.Time => TimeExceeded(step, excess),
        Limit.Memory => MemoryExceeded(step, excess),
        Limit.Disk => DiskExceeded(step, excess),
        Limit.FileSize => FileSizeExceeded(step, excess),
        Limit.OpenFiles => OpenFilesExceeded(step, excess),
        _ => ProcessesExceeded(step, excess),
    };

    private static Diagnostic TimeExceeded(string step, Excess excess) => new(
        "SBX3020",
        $"{step} was ended, with all of its processes: it may take {excess.Allowed}, and took {excess.Measured}. {Consequence("time", "SandboxTimeLimit", "--time-limit", "10m")}");

    private static Diagnostic MemoryExceeded(string step, Excess excess) => new(
        "SBX3021",
        $"{step} was ended, with all of its processes: it may have {excess.Allowed} of memory, and had {excess.Measured}. {Consequence("memory", "MemoryLimit, SandboxMemoryLimit", "--memory-limit", "4G")}");

    private static Diagnostic DiskExceeded(string step, Excess excess) => new(
        "SBX3022",
        $"{step} may write {excess.Allowed}, and wrote {excess.Measured}. {Consequence("disk", "DiskLimit, SandboxDiskLimit", "--disk-limit", "20G")}");

    private static Diagnostic ProcessesExceeded(string step, Excess excess) => new(
        "SBX3023",
        $"{step} may have {excess.Allowed} processes and threads at once, and {excess.Measured}. {Consequence("processes", "ProcessLimit, SandboxProcessLimit", "--process-limit", "500")}");

    private static Diagnostic FileSizeExceeded(string step, Excess excess) => new(
        "SBX3024",
        $"{step} may write files of {excess.Allowed}, and {excess.Measured}. {Consequence("fileSize", "FileSizeLimit, SandboxFileSizeLimit", "--file-size-limit", "2G")}");

    private static Diagnostic OpenFilesExceeded(string step, Excess excess) => new(
        "SBX3025",
        $"each process of {step} may have {excess.Allowed} files open, and one {excess.Measured}. {Consequence("openFiles", "OpenFileLimit, SandboxOpenFileLimit", "--open-file-limit", "4096")}");

    /// <summary>The least of what is given counts, so that is what has to be raised.</summary>
    private static string Consequence(string key, string names, string option, string example) =>
        $"Nothing was committed. To allow more, raise the least of what is given: \"limits\": {{ \"{key}\": {(key is "processes" or "openFiles" ? example : $"\"{example}\"")} }} in its rule in sandbox.json; {names}=\"{example}\"; dotnet sandbox run {option} {example}";
}
