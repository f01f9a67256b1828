using SandboxedBuild.Diagnostics;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Tool.Reports;

/// <summary>Diagnostics of binlogs.</summary>
internal static class ReportDiagnostics
{
    public static Diagnostic CannotRead(string path, string reason) => new(
        "SBX6001",
        $"{path} cannot be read: {reason.TrimEnd('.')}. Make a binlog first, and name it: dotnet build -bl – then dotnet sandbox report msbuild.binlog");

    public static Diagnostic NoBinlog(string path) => new(
        "SBX6002",
        $"{path} is no binlog of MSBuild, or is damaged from its beginning. See what it is: file {ShellQuoting.Quote(path)} – and make another one: dotnet build -bl");

    public static Diagnostic CutOff(string path) => new(
        "SBX6003",
        $"{path} ends before the build does: it was cut off, or the build was killed. The report has what comes before. For the rest, build again: dotnet build -bl")
    {
        IsWarning = true,
    };

    public static Diagnostic NewerFormat(string path, string reason) => new(
        "SBX6004",
        $"{path} is written in a newer form than this tool reads ({reason.ReplaceLineEndings(" ").TrimEnd('.')}). Get a newer one: dotnet tool update --global SandboxedBuild.Tool");

    public static Diagnostic NewerEvents(string type, int version, int known) => new(
        "SBX6005",
        $"the build has events {type} of version {version}, and this tool knows version {known}: what is new in them is not in the report. Get a newer one: dotnet tool update --global SandboxedBuild.Tool")
    {
        IsWarning = true,
    };

    public static Diagnostic UnreadableEvents(int count) => new(
        "SBX6006",
        $"{count} {(count == 1 ? "event" : "events")} of sandboxed steps cannot be understood, and {(count == 1 ? "is" : "are")} not in the report. If nobody has changed the binlog, build again with the SDK and the tool of one version: dotnet build -bl")
    {
        IsWarning = true,
    };

    public static Diagnostic NoSteps(string path) => new(
        "SBX6007",
        $"no sandboxed step ran in the build of {path}: no project has <Sdk Name=\"SandboxedBuild.Sdk\" />, or all of its steps were up to date, or SandboxEnabled is false. Build all of it again: dotnet build --no-incremental -bl")
    {
        IsWarning = true,
    };
}
