using System.Collections.Immutable;
using System.CommandLine;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Sandboxing;
using SandboxedBuild.Strategies;
using SandboxedBuild.Tool.Running;
using SandboxedBuild.Tracing;

namespace SandboxedBuild.Tool.Commands;

/// <summary>Options of <c>run</c> that say what the sandbox is like.</summary>
internal sealed class RunOptions
{
    private readonly Option<string[]> _root = new("--root")
    {
        Description = "A directory that the command may change; may be given several times (environment: SandboxRoot; default: the nearest directory upward with .git, else the current one)",
        HelpName = "D",
    };

    private readonly Option<string?> _isolation = new("--isolation") { Description = "What surrounds the command: auto (default), bubblewrap, namespaces or none (environment: SandboxIsolation)", HelpName = "KIND" };
    private readonly Option<string?> _onUnavailable = new("--on-unavailable") { Description = "Where the host does not allow that: error (default); weaken, the next weaker one that works; plain, no sandbox (environment: SandboxOnUnavailable)", HelpName = "error|weaken|plain" };
    private readonly Option<string?> _network = new("--network") { Description = "none (default) or host (environment: SandboxNetwork)", HelpName = "none|host" };
    private readonly Option<string?> _strategy = new("--strategy") { Description = "How writes are caught: auto (default) takes the first way that works here (environment: SandboxStrategy)", HelpName = string.Join('|', Strategy.All.Select(static strategy => strategy.Name.ToLowerInvariant()).Prepend("auto")) };
    private readonly Option<string[]> _passEnvironment = new("--pass-environment") { Description = "A variable that the command sees besides the usual ones; FOO_* for all that begin so", HelpName = "NAME" };
    private readonly ImmutableArray<(Option<string[]> Option, MountAccess Access)> _paths =
    [
        (Path("--read-only", "A path outside the roots that the command may read"), MountAccess.ReadOnly),
        (Path("--read-write", "A path outside the roots that the command may change at once: nothing is caught"), MountAccess.ReadWrite),
        (Path("--hidden", "A path that the command sees empty"), MountAccess.Hidden),
        (Path("--temporary", "A path where the command has an empty directory that is thrown away"), MountAccess.Temporary),
    ];

    private readonly Option<string[]> _layer = new("--layer")
    {
        Description = "A directory that the command sees merged with others under a mount point; the first of a mount point wins, and what is written there is thrown away. The last = parts the two",
        HelpName = "DIRECTORY=MOUNTPOINT",
    };

    private readonly Option<string?> _trace = new("--trace") { Description = "Whether what the sandbox refuses is found out by strace: none (default); on-failure, by a second run that is thrown away; always (environment: SandboxTrace)", HelpName = "none|on-failure|always" };
    private readonly AuditLogOption _auditLog = new();
    private readonly LimitOptions _limits = new();

    private readonly Argument<string[]> _command = new("COMMAND") { Description = "The program to run and its arguments; no shell: for one, sh -c '…'", Arity = ArgumentArity.ZeroOrMore };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_command);
        command.Options.Add(_root);
        command.Options.Add(_isolation);
        command.Options.Add(_strategy);
        command.Options.Add(_onUnavailable);
        command.Options.Add(_network);
        command.Options.Add(_passEnvironment);
        _paths.ToList().ForEach(path => command.Options.Add(path.Option));
        command.Options.Add(_layer);
        command.Options.Add(_trace);
        _auditLog.AddTo(command);
        _limits.AddTo(command);
    }

    /// <summary>What the command line asks for.</summary>
    /// <exception cref="SandboxException">It names no command, or one that cannot be told from the tool's own options.</exception>
    public RunRequest Request(Session session)
    {
        var parse = session.Parse;
        var roots = parse.GetValue(_root) is { Length: > 0 } given ? given : session.Variable("SandboxRoot") is { } variable ? [variable] : [RootDiscovery.DefaultFor(session.Host.CurrentDirectory, solutionDirectory: null)];
        return new(
            session.Store,
            [.. roots.Select(session.Host.Absolute)],
            NamedValue.Of("--isolation", (parse.GetValue(_isolation) ?? session.Variable("SandboxIsolation")) is { } isolation && !string.Equals(isolation, "auto", StringComparison.OrdinalIgnoreCase) ? isolation : null, Isolation.Bubblewrap),
            NamedValue.Of("--on-unavailable", parse.GetValue(_onUnavailable) ?? session.Variable("SandboxOnUnavailable"), OnUnavailable.Error),
            Strategy.Parse("--strategy", parse.GetValue(_strategy) ?? session.Variable("SandboxStrategy")),
            NamedValue.Of("--network", parse.GetValue(_network) ?? session.Variable("SandboxNetwork"), NetworkAccess.None),
            [.. parse.GetValue(_passEnvironment) ?? []],
            [.. _paths.SelectMany(path => (parse.GetValue(path.Option) ?? []).Select(value => new SandboxPath(value.StartsWith('~') ? value : session.Host.Absolute(value), path.Access)))],
            [.. (parse.GetValue(_layer) ?? []).Select(value => LayerOf(value, session))],
            Command(session))
        {
            Limits = _limits.Read(session),
            Trace = NamedValue.Of("--trace", parse.GetValue(_trace) ?? session.Variable("SandboxTrace"), TraceMode.None),
            IsLogged = _auditLog.IsWanted(session),
        };
    }

    private static SandboxLayer LayerOf(string value, Session session)
    {
        var parting = value.LastIndexOf('=');
        return parting > 0 && parting < value.Length - 1 ? new(Full(value[..parting]), Full(value[(parting + 1)..]))
            : throw new SandboxException(InputDiagnostics.InvalidValue("--layer", value, ["DIRECTORY=MOUNTPOINT"]));

        string Full(string path) => path.StartsWith('~') ? path : session.Host.Absolute(path);
    }

    private ImmutableArray<string> Command(Session session)
    {
        var words = session.Parse.GetValue(_command) ?? [];
        var hasDashes = session.Parse.Tokens.Any(static token => token.Type == System.CommandLine.Parsing.TokenType.DoubleDash);
        var reason = words.Length == 0 ? "no command was given: put it behind --, as in: dotnet sandbox run -- make"
            : words[0].Length == 0 ? "the command's name is empty"
            : hasDashes ? null
            : words.FirstOrDefault(static word => word.StartsWith('-')) is { } option ? $"{option} is no option of run; put -- before the command if it is one of its own: dotnet sandbox run -- {string.Join(' ', words)}"
            : session.Parse.Tokens.TakeLast(words.Length).Select(static token => token.Value).SequenceEqual(words, StringComparer.Ordinal) ? null
            : $"options stand behind the command {words[0]}; put those of run first, then --, then the command";
        return reason is null ? [.. words] : throw new SandboxException(ToolDiagnostics.WrongCommandLine(reason, session.CommandName));
    }

    private static Option<string[]> Path(string name, string description) => new(name) { Description = description, HelpName = "PATH" };
}
