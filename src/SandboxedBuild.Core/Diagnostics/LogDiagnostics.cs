namespace SandboxedBuild.Diagnostics;

/// <summary>SBX107x: the audit log.</summary>
internal static class LogDiagnostics
{
    public static Diagnostic NotWritten(string reason) => new(
        "SBX1070",
        $"what steps do could not be written to the audit log: {reason.TrimEnd('.')}. The build goes on without. Make room or let it be written, or keep it elsewhere: -p:SandboxStateDirectory=DIRECTORY – or do without: -p:SandboxAuditLog=false")
    {
        IsWarning = true,
    };

    public static Diagnostic NotRead(int lines) => new(
        "SBX1071",
        $"{(lines == 1 ? "1 line" : $"{lines} lines")} of the audit log cannot be read: damaged, or written by a newer version. Get a newer tool: dotnet tool update --global SandboxedBuild.Tool")
    {
        IsWarning = true,
    };
}
