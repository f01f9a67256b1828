using System.Text.Json.Nodes;

namespace SandboxedBuild.Tool.Tests;

/// <summary>A tree, a home and a cache of its own, and the tool at work on them: as a process, the way people start it.</summary>
internal sealed class Desk : IDisposable
{
    private readonly Leftovers _leftovers;

    public Desk(TemporaryTree? tree = null)
    {
        Tree = tree ?? new TemporaryTree { ["a.txt"] = "one\ntwo\nthree\n", ["old.txt"] = "old\n", ["dir/b.txt"] = "b\n" };
        Home = Directory.CreateDirectory(Tree.Beside("home")).FullName;
        Directory.CreateDirectory(Tree.Beside("tmp"));
        _leftovers = Leftovers.Around(Tree, Path.Combine(Home, ".cache", "sandboxed-build"));
    }

    public TemporaryTree Tree { get; }

    public string Home { get; }

    /// <summary>Variables besides the few that every program wants.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    /// <summary>The program and its first arguments: the built tool, on the runtime that runs the tests.</summary>
    public static IReadOnlyList<string> Tool { get; } =
        [Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : "dotnet", Path.Combine(AppContext.BaseDirectory, "dotnet-sandbox.dll")];

    /// <summary>Runs the tool in the tree.</summary>
    public Answer Run(params string[] arguments) => RunIn(Tree.Root, arguments);

    /// <summary>Runs the tool somewhere else.</summary>
    public Answer RunIn(string directory, params string[] arguments)
    {
        var line = Line(arguments);
        return new(Command.Run(line[0], line.Skip(1), workingDirectory: directory));
    }

    /// <summary>What another program stands behind that is to mount something for itself alone.</summary>
    public static string[] MayMount => ["unshare", "--mount", .. OrdinaryUser.IsRoot ? Array.Empty<string>() : ["--user", "--map-root-user"]];

    /// <summary>Has another program run the tool in the tree.</summary>
    public Answer RunBehind(string[] before, params string[] arguments) => new(Command.Run(before[0], [.. before.Skip(1), .. Line(arguments)], workingDirectory: Tree.Root));

    /// <summary>Starts the tool on a terminal.</summary>
    public TerminalSession OnTerminal(params string[] arguments) => TerminalSession.Start(Tree.Root, Line(arguments));

    /// <summary>The tool's whole command line, with an environment of its own.</summary>
    public IReadOnlyList<string> Line(params string[] arguments) => ["env", "-i", .. Environments().Select(static pair => $"{pair.Key}={pair.Value}"), .. Tool, .. arguments];

    /// <summary>Runs a script of sh and holds what it changed.</summary>
    /// <returns>The overlay's id.</returns>
    public string Hold(string script)
    {
        var answer = Run("run", "--hold", "--format", "json", "--", "sh", "-c", script).ShouldSucceed();
        return (string)answer.Json["overlay"]!;
    }

    /// <summary>Has a held overlay look as what a killed process left. The watch of its step, which would remove it, has gone before.</summary>
    public void Abandon(string id)
    {
        Assert.That(() => RunningProcess.All().Any(process => process.Mentions(Tree.Surroundings)), Is.False.After(10_000, 10));
        File.Delete(Path.Combine(Home, ".cache/sandboxed-build/overlays", id, "held"));
    }

    /// <summary>The ids of all overlays.</summary>
    public IEnumerable<string> Overlays() => Run("list", "--format", "json").ShouldSucceed().Json["overlays"]!.AsArray().Select(static overlay => (string)overlay!["id"]!);

    /// <summary>Fails if there is a state directory, a mount or a process that was not there before. The backups of commits may stay.</summary>
    public void ShouldHaveNothingLeft()
    {
        // Overlayfs's own work directory is shut to its owner.
        const string Remove = "[ ! -e \"$1\" ] || { chmod -R u+rwX \"$1\" && rm -r \"$1\"; }";
        Assert.That(Command.Run("sh", ["-c", Remove, "sh", Path.Combine(Home, ".cache", "sandboxed-build", "overlays", "undo")]).ExitCode, Is.Zero);
        _leftovers.AssertNone();
    }

    public void Dispose() => Tree.Dispose();

    private Dictionary<string, string> Environments()
    {
        var variables = new Dictionary<string, string>(Variables, StringComparer.Ordinal)
        {
            ["HOME"] = Home,
            ["TMPDIR"] = Tree.Beside("tmp"),
            ["DOTNET_NOLOGO"] = "1",

            // A killed process would leave the runtime's pipes for debuggers behind.
            ["DOTNET_EnableDiagnostics"] = "0",
        };
        variables.TryAdd("PATH", Environment.GetEnvironmentVariable("PATH")!);
        variables.TryAdd("LANG", "C.UTF-8");
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root)
        {
            variables["DOTNET_ROOT"] = root;
        }

        return variables;
    }
}

/// <summary>What the tool said.</summary>
/// <param name="Command">The finished process.</param>
internal sealed record Answer(Command Command)
{
    public int ExitCode => Command.ExitCode;

    public string Output => Command.OutputText;

    public string Error => Command.Error;

    /// <summary>The document on standard output, which has nothing else, and follows its schema.</summary>
    public JsonNode Json
    {
        get
        {
            var document = JsonNode.Parse(Output)!;
            Assert.That(JsonSchema.Problem(document, PublishedSchema.Named(document["binlog"] is null ? "tool" : "report")), Is.Null, Output);
            return document;
        }
    }

    /// <summary>The document, of that form in docs/schemas/tool.schema.json.</summary>
    public JsonNode Document(string form)
    {
        var schema = PublishedSchema.Named("tool");
        schema.AsObject().Remove("anyOf");
        schema["$ref"] = $"#/definitions/{form}";
        var document = JsonNode.Parse(Output)!;
        Assert.That(JsonSchema.Problem(document, schema), Is.Null, Output);
        return document;
    }

    public Answer ShouldSucceed() => ShouldExitWith(0);

    public Answer ShouldExitWith(int exitCode)
    {
        Assert.That(ExitCode, Is.EqualTo(exitCode), $"{Output}\n{Error}");
        Assert.That(Error + Output, Does.Not.Contain("   at "), "a stack trace");
        return this;
    }
}
