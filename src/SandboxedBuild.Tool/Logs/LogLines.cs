using System.Globalization;
using SandboxedBuild.Auditing;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Tool.Output;

namespace SandboxedBuild.Tool.Logs;

/// <summary>A step of the log for people: two lines, and the first of what was refused and of what changed.</summary>
internal static class LogLines
{
    private const int MostListed = 3;
    private const int LongestCommand = 200;
    private static readonly string s_indent = new(' ', 21);

    public static void Print(Printer printer, AuditEntry entry)
    {
        var isCommand = entry.Origin is nameof(AuditOrigin.Build) or nameof(AuditOrigin.Run);
        var what = isCommand ? string.Empty : $"{Words(entry.Origin)} of {entry.Overlay}";
        var where = entry.Target is { } target ? $"{(isCommand ? what : $"{what} by ")}{target}, {entry.File ?? entry.Project}" : $"{(isCommand ? "run" : what)} in {entry.Project}";
        printer.Line(($"{entry.Time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}  ", Ink.Faint), ($"{Words(entry.Outcome),-11}", InkOf(entry)), ($"  {where}  {entry.Milliseconds} ms", Ink.Plain));
        if (isCommand)
        {
            printer.Line(s_indent + (entry.Command is { } command ? Short(command) : "(the command is not shown)"));
        }

        var details = string.Join("; ", Details(entry).OfType<string>());
        printer.Line(s_indent + details, Ink.Faint);
        foreach (var violation in (entry.Violations?.First ?? []).Take(MostListed))
        {
            printer.Line($"{s_indent}refused: {violation.Kind} {violation.Subject}", Ink.Yellow);
        }

        foreach (var change in (entry.Changes?.First ?? []).Take(MostListed))
        {
            printer.Line($"{s_indent}{Words(change.Kind),-8}  {change.Path}");
        }

        var more = Math.Max(0, Count(entry.Changes) - MostListed);
        if (more > 0)
        {
            printer.Line($"{s_indent}and {more} more", Ink.Faint);
        }
    }

    private static IEnumerable<string?> Details(AuditEntry entry)
    {
        yield return $"by {entry.User.Name ?? entry.User.Uid.ToString(CultureInfo.InvariantCulture)}";
        yield return entry.Gate switch
        {
            null or { Decision: "Denied" } => null,
            { Rule: { } rule } gate => $"rule for {rule} in {gate.File}({gate.Line})",
            var gate => $"gate: {Words(gate.Decision)}",
        };
        yield return entry.Plan is { Isolation: { } isolation } plan ? $"{isolation}{(plan.Strategy is null ? string.Empty : $", {plan.Strategy}")}, network {Words(plan.Network)}" : null;
        yield return entry.ExitCode is { } exitCode and not 0 ? $"exit code {exitCode}" : null;
        yield return entry.Failure is { } failure ? $"failed: {Words(failure)}{(entry.Code is null ? string.Empty : $" ({entry.Code})")}" : null;
        yield return entry.Limits?.Exceeded is { } limit ? $"beyond the limit of {Words(limit)}" : null;
        yield return entry.Overlay is { } overlay && entry.Outcome == nameof(AuditOutcome.Held) ? $"held as {overlay}" : null;
    }

    /// <summary><c>RolledBack</c> as people write it.</summary>
    private static string Words(string name) => string.Concat(name.Select(static (character, index) => char.IsAsciiLetterUpper(character) ? (index == 0 ? string.Empty : " ") + char.ToLowerInvariant(character) : character.ToString()));

    private static string Short(string command) => command.Length > LongestCommand ? command[..LongestCommand] + "…" : command;

    private static int Count(AuditChanges? changes) => changes is null ? 0 : changes.Added + changes.Modified + changes.Deleted + changes.Renamed;

    private static Ink InkOf(AuditEntry entry) => entry.Failure is not null ? Ink.Red : entry.Outcome is nameof(AuditOutcome.Held) or nameof(AuditOutcome.NotCaught) || entry.Plan?.Isolation == nameof(Isolation.None) ? Ink.Yellow : Ink.Green;
}
