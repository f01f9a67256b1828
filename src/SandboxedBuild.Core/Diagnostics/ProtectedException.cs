using System.Collections.Immutable;
using SandboxedBuild.Policies;

namespace SandboxedBuild.Diagnostics;

/// <summary>A commit that needs a grant. Nothing has happened; who catches it keeps the overlay for a review.</summary>
/// <param name="diagnostic">What the line says.</param>
/// <param name="changes">What needs a grant.</param>
public sealed class ProtectedException(Diagnostic diagnostic, ImmutableArray<ProtectedChange> changes) : SandboxException(diagnostic)
{
    /// <summary>What needs a grant.</summary>
    public ImmutableArray<ProtectedChange> Changes { get; } = changes;
}
