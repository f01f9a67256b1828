using System.Collections.Immutable;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Auditing;

/// <summary>The audit log as a whole: what steps write to it, and what is read out of it.</summary>
internal static class Audit
{
    /// <summary>Writes a step down. No step fails for that: what is the matter comes out as a warning.</summary>
    /// <param name="entry">The step.</param>
    /// <param name="roots">What it might change; the log is elsewhere.</param>
    /// <param name="configured">Where overlays are to be kept, or null for the usual places.</param>
    /// <param name="environment">The caller's.</param>
    /// <returns>Why it is not in the log; null if it is.</returns>
    public static Diagnostic? Write(AuditEntry entry, IReadOnlyCollection<string> roots, string? configured, CallerEnvironment environment)
    {
        try
        {
            using var directory = AuditPlace.Open(roots, configured, environment);
            new AuditLog(directory).Append(entry.ToLine());
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return LogDiagnostics.NotWritten(e.Message);
        }
    }

    /// <summary>What no step may write to, or it could write what it likes about itself: the overlays' state and the log.</summary>
    /// <param name="overlay">The step's overlay.</param>
    /// <param name="configured">Where overlays are to be kept, or null for the usual places.</param>
    /// <param name="environment">The caller's.</param>
    public static ImmutableArray<string> Untouchable(Overlay overlay, string? configured, CallerEnvironment environment) =>
        [.. new[] { Path.GetDirectoryName(overlay.Directory), AuditPlace.Of([.. overlay.Roots.Select(static root => root.Path)], configured, environment) }.OfType<string>()];

    /// <summary>All steps that were written down, the oldest first.</summary>
    /// <param name="root">A root beside which there may be a log, too.</param>
    /// <param name="configured">Where overlays are kept, or null for the usual places.</param>
    /// <param name="environment">The caller's.</param>
    /// <param name="unreadable">Is told the number of lines that cannot be read, if there are any.</param>
    /// <exception cref="IOException">A log cannot be read.</exception>
    public static IEnumerable<AuditEntry> Read(string? root, string? configured, CallerEnvironment environment, Action<Diagnostic> unreadable)
    {
        var (entries, bad) = (new List<AuditEntry>(), 0);
        foreach (var directory in AuditPlace.OpenAll(root, configured, environment))
        {
            using var place = directory;
            foreach (var stream in new AuditLog(place).OpenAll())
            {
                using var lines = new StreamReader(stream);
                while (lines.ReadLine() is { } line)
                {
                    if (AuditEntry.TryRead(System.Text.Encoding.UTF8.GetBytes(line)) is { } entry)
                    {
                        entries.Add(entry);
                    }
                    else
                    {
                        bad++;
                    }
                }
            }
        }

        if (bad > 0)
        {
            unreadable(LogDiagnostics.NotRead(bad));
        }

        // Steps that run at once are written when they end.
        return entries.OrderBy(static entry => entry.Time);
    }
}
