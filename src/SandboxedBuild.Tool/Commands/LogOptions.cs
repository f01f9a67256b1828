using System.CommandLine;
using SandboxedBuild.Auditing;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Tool.Logs;

namespace SandboxedBuild.Tool.Commands;

/// <summary>Options of <c>log</c>: which steps.</summary>
internal sealed class LogOptions
{
    private readonly Option<string?> _project = new("--project") { Description = "Of projects in this directory, or whose target is in this file or one of its name", HelpName = "PATH" };
    private readonly Option<string?> _target = new("--target") { Description = "Of this target", HelpName = "NAME" };
    private readonly Option<string[]> _outcome = new("--outcome") { Description = $"With this outcome; may be given several times: {string.Join(", ", Enum.GetNames<AuditOutcome>())}", HelpName = "OUTCOME" };
    private readonly Option<bool> _failed = new("--failed") { Description = "Only those that failed or were denied" };
    private readonly Option<string?> _since = new("--since") { Description = "Not older than this: 30m, 12h, 7d, or a date such as 2026-01-31, or with a time", HelpName = "TIME" };
    private readonly Option<int?> _last = new("--last") { Description = "Only the last of them, so many", HelpName = "N" };

    public void AddTo(Command command) => new Option[] { _project, _target, _outcome, _failed, _since, _last }.ToList().ForEach(command.Options.Add);

    /// <summary>What the command line asks for.</summary>
    /// <exception cref="SandboxException">One of the values is none.</exception>
    public LogFilter Read(Session session)
    {
        var parse = session.Parse;
        return new(
            parse.GetValue(_project),
            parse.GetValue(_project) is { } project ? session.Host.Absolute(project) : null,
            parse.GetValue(_target),
            [.. (parse.GetValue(_outcome) ?? []).Select(Outcome)],
            parse.GetValue(_failed),
            parse.GetValue(_since) is { } since ? LogTime.Parse(since, DateTimeOffset.UtcNow) ?? throw Wrong("--since", since, ["30m", "12h", "7d", "2026-01-31", "2026-01-31T18:00"]) : null,
            parse.GetValue(_last) is not { } last ? null : last > 0 ? last : throw Wrong("--last", last.ToString(System.Globalization.CultureInfo.InvariantCulture), ["a number from 1"]));
    }

    private static AuditOutcome Outcome(string value) =>
        Enum.GetNames<AuditOutcome>().FirstOrDefault(name => string.Equals(name, value, StringComparison.OrdinalIgnoreCase)) is { } name ? Enum.Parse<AuditOutcome>(name) : throw Wrong("--outcome", value, Enum.GetNames<AuditOutcome>());

    private static SandboxException Wrong(string option, string value, IEnumerable<string> valid) => new(InputDiagnostics.InvalidValue(option, value, valid));
}
