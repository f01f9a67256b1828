using System.CommandLine;
using SandboxedBuild.Diagnostics;
using SandboxedBuild.Overlays;
using SandboxedBuild.Policies;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Tool.Commands;

/// <summary>The command line of <c>allow</c>: a rule, and the file that it goes into.</summary>
internal sealed class AllowOptions
{
    private readonly Option<string?> _target = new("--target") { Description = "The target whose steps are allowed", HelpName = "NAME" };
    private readonly Option<string?> _project = new("--project") { Description = "A glob for the file that defines the target, relative to the policy file; with --user it begins with /, ~/ or **/", HelpName = "GLOB" };
    private readonly Option<string?> _network = new("--network") { Description = "The network that the steps get: none (default) or host", HelpName = "none|host" };
    private readonly Option<string[]> _path = new("--path") { Description = "A path that the steps get, and how: ReadOnly, ReadWrite, Hidden or Temporary; may be given several times", HelpName = "PATH:ACCESS" };
    private readonly Option<string[]> _environment = new("--env") { Description = "A variable that the steps see besides the usual ones; FOO_* for all that begin so", HelpName = "NAME" };
    private readonly Option<string?> _file = new("--file") { Description = "The policy file (environment: SandboxPolicyFile; default: the nearest sandbox.json upward, else one in the root)", HelpName = "FILE" };
    private readonly Option<bool> _user = new("--user") { Description = "Your own policy file, which counts for all of your projects" };
    private readonly Option<bool> _print = new("--print") { Description = "Shows the rule and the file; writes nothing" };
    private readonly Argument<string[]> _command = new("COMMAND") { Description = "The command that is allowed, behind --: these words and no others", Arity = ArgumentArity.ZeroOrMore };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_command);
        foreach (var option in (Option[])[_target, _project, _network, _path, _environment, _file, _user, _print])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Whether nothing is to be written.</summary>
    public bool IsPrinted(Session session) => session.Parse.GetValue(_print);

    /// <summary>The rule, and what its file would be with it.</summary>
    /// <exception cref="SandboxException">The command line says no rule, or the policy file cannot be read.</exception>
    public (string Text, RuleAddition Addition) Read(Session session)
    {
        var parse = session.Parse;
        var (file, scope) = FileOf(session);
        var words = parse.GetValue(_command) ?? [];
        var hasDashes = parse.Tokens.Any(static token => token.Type == System.CommandLine.Parsing.TokenType.DoubleDash);
        var reason = words.Length > 0 && !hasDashes ? $"put -- before the command: dotnet sandbox allow -- {ShellQuoting.Join(words)}"
            : words.Length == 0 && parse.GetValue(_target) is null ? "neither a target nor a command was given, as in: dotnet sandbox allow --target NAME, or: dotnet sandbox allow -- npm ci"
            : words.Length > 0 && words[0].Length == 0 ? "the command's name is empty"
            : null;
        var access = new StepAccess(
            Choose<NetworkAccess>("--network", parse.GetValue(_network) ?? nameof(NetworkAccess.None)),
            [.. (parse.GetValue(_path) ?? []).Select(value => PathOf(value, session, scope))],
            [.. parse.GetValue(_environment) ?? []]);
        var rule = RuleText.Of(parse.GetValue(_target), parse.GetValue(_project), words.Length == 0 ? null : ShellQuoting.Join(words), access);
        try
        {
            return reason is null ? (rule, RuleAddition.Of(file, rule, scope)) : throw new FormatException(reason);
        }
        catch (FormatException e)
        {
            throw new SandboxException(ToolDiagnostics.WrongCommandLine(e.Message, session.CommandName));
        }
    }

    private (string File, PolicyScope Scope) FileOf(Session session)
    {
        var (host, parse) = (session.Host, session.Parse);
        var users = PolicyFiles.UsersPath(host.Environment);
        var named = parse.GetValue(_file);
        if (parse.GetValue(_user))
        {
            return named is not null ? throw new SandboxException(ToolDiagnostics.WrongCommandLine("--user and --file exclude each other", session.CommandName))
                : users is null ? throw new SandboxException(ToolDiagnostics.WrongCommandLine("there is no home directory, and so no policy file of yours: HOME is not set", session.CommandName))
                : (users, PolicyScope.OfUser(host.Environment.Home));
        }

        var file = (named ?? session.Variable("SandboxPolicyFile")) is { } path ? host.Absolute(path)
            : Policy.Nearest(host.CurrentDirectory) ?? Path.Combine(RootDiscovery.DefaultFor(host.CurrentDirectory, solutionDirectory: null), Policy.FileName);
        return (file, file == users ? PolicyScope.OfUser(host.Environment.Home) : PolicyScope.OfProject(file));
    }

    /// <summary>A path of the command line is relative to the current directory, as paths there are; it is written as it is best read in the file.</summary>
    private static SandboxPath PathOf(string value, Session session, PolicyScope scope)
    {
        var colon = value.LastIndexOf(':');
        var access = Choose<MountAccess>("--path PATH:ACCESS", colon < 0 ? string.Empty : value[(colon + 1)..]);
        var path = value[..colon];
        return path.Length == 0 ? throw new SandboxException(ToolDiagnostics.WrongCommandLine($"--path {value} names no path", session.CommandName))
            : new(path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? path : scope.Written(new(session.Host.Absolute(path), access), session.Host.Environment.Home), access);
    }

    private static T Choose<T>(string option, string value)
        where T : struct, Enum =>
        Enum.GetNames<T>().FirstOrDefault(name => string.Equals(name, value, StringComparison.OrdinalIgnoreCase)) is { } known
            ? Enum.Parse<T>(known)
            : throw new SandboxException(InputDiagnostics.InvalidValue(option, value, Enum.GetNames<T>()));
}
