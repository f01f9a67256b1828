using System.CommandLine;

namespace SandboxedBuild.Tool.Commands;

/// <summary>The option of commands that are written to the audit log.</summary>
internal sealed class AuditLogOption
{
    private readonly Option<string?> _option = new("--audit-log") { Description = "Whether this is written to the audit log: true (default) or false (environment: SandboxAuditLog)", HelpName = "true|false" };

    /// <summary>The values of what is on or off.</summary>
    private enum Switch
    {
        True,
        False,
    }

    public void AddTo(Command command) => command.Options.Add(_option);

    /// <summary>Whether it is written.</summary>
    /// <exception cref="Diagnostics.SandboxException">The value is none.</exception>
    public bool IsWanted(Session session) => NamedValue.Of("--audit-log", session.Parse.GetValue(_option) ?? session.Variable("SandboxAuditLog"), Switch.True) == Switch.True;
}
