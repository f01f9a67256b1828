using SandboxedBuild.Interop;

namespace SandboxedBuild.Auditing;

/// <summary>Who asked for a step.</summary>
/// <param name="Uid">The user's number.</param>
/// <param name="Name">The user's name by the system's list; null where that has none.</param>
internal sealed record AuditUser(uint Uid, string? Name)
{
    /// <summary>Whoever this process runs as. The name is not from a variable, which anybody may set.</summary>
    public static AuditUser OfProcess { get; } = new(Caller.Uid, Environment.UserName is { Length: > 0 } name ? Bounded.Text(name) : null);
}
