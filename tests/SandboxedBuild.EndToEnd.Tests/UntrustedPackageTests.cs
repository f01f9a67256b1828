using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>The sample UntrustedPackage: a package whose script reads keys, calls its author, and plants a git hook and a file that MSBuild imports.</summary>
internal sealed partial class UntrustedPackageTests
{
    private const string Greeting = "Hello, the end of the build!";
    private const string Hook = ".git/hooks/post-checkout";
    private const string Import = "obj/UntrustedPackage.csproj.evil.targets";
    private const string ScriptOfPackage = "friendly.greeting/1.0.0/build/../tools/setup.sh";

    [TestCase("-m:1")]
    [TestCase("-m:2")]
    [TestCase("-mt")]
    public void Its_script_gets_nothing_and_leaves_nothing(string option)
    {
        using var target = new Target();
        target.Run.Dotnet("restore").Succeeded();
        var (sources, home) = (target.Sources, TreeDescription.Of(target.Run.Home));

        var build = target.Run.Dotnet("build", "--no-restore", option);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((build.ExitCode, build.Errors), Is.EqualTo((0, Array.Empty<string>())));
            // Where kernel modules for tunnels are loaded, each network has devices of theirs besides lo.
            Assert.That(Said(build).Select(static line => line.Split(';')[0]), Is.EqualTo(new[]
            {
                "keys: none, No such file or directory",
                "network: no call, Connection refused",
                "git: no hook, Read-only file system",
                $"MSBuild: planted {Import}",
            }));
            Assert.That(target.WasCalled, Is.False);
            Assert.That(target.Sources, Is.EqualTo(sources));
            Assert.That(TreeDescription.Of(target.Run.Home), Is.EqualTo(home));
            Assert.That(target.Run.Dotnet("run", "--no-build").Output, Is.EqualTo(Greeting + "\n"));
        }
    }

    [Test]
    public void What_it_plants_for_the_next_build_is_held_and_the_warning_says_how_to_decide()
    {
        using var target = new Target();

        var build = target.Run.Dotnet("build");
        var next = target.Run.Dotnet("build");

        var held = target.Held;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((build.ExitCode, next.ExitCode), Is.EqualTo((0, 0)));
            Assert.That(build.Warnings, Is.EqualTo(new[] { "SBX3005" }));
            Assert.That(build.Output, Does.Contain($"{target.Run.PathOf(Import)} (Added: MSBuild runs it). Nothing was committed."));
            Assert.That(held, Has.Count.EqualTo(2), "one a build");
            Assert.That(held.Where(id => build.Output.Contains($"dotnet sandbox show {id} ", StringComparison.Ordinal)), Has.One.Items);
            Assert.That(held.Where(id => build.Output.Contains($"dotnet sandbox rollback {id}.", StringComparison.Ordinal)), Has.One.Items);
            Assert.That(build.Output, Does.Contain($"\"protected\": [ \"{Import}\" ]"));
            Assert.That(next.Output, Does.Not.Contain("A target of Friendly.Greeting runs."));
        }
    }

    [Test]
    public void The_rule_means_the_package_in_the_users_folder_too()
    {
        using var target = new Target();

        var build = target.Run.Dotnet("build", "-p:RestorePackagesPath=" + target.UsersPackages);

        Assert.That((build.ExitCode, build.Warnings, Said(build).Count), Is.EqualTo((0, new[] { "SBX3005" }, 4)), build.ToString());
    }

    [Test]
    public void Without_the_rule_its_script_does_not_run_and_the_warning_shows_the_rule()
    {
        using var target = new Target { Run = { ["sandbox.json"] = Policy.WithRules() } };

        var build = target.Run.Dotnet("build");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((build.ExitCode, build.Warnings, build.Errors), Is.EqualTo((0, new[] { "SBX2001" }, Array.Empty<string>())));
            Assert.That(Said(build), Is.Empty);
            Assert.That(build.Output, Does.Contain(ScriptOfPackage));
            Assert.That(build.Output, Does.Contain("dotnet sandbox allow --target PrepareGreeting --project packages/friendly.greeting/1.0.0/build/Friendly.Greeting.targets --file " + target.Run.PathOf("sandbox.json")));
            Assert.That(target.Held, Is.Empty);
            Assert.That(target.Run.Dotnet("run", "--no-build").Output, Is.EqualTo(Greeting + "\n"));
        }

        target.Run["sandbox.json"] = Policy.WithRules(Rule().Match(build.Output).Value);
        Assert.That(Said(target.Run.Dotnet("build")), Has.Count.EqualTo(4));
    }

    [Test]
    public void Without_the_rule_the_user_can_allow_what_is_in_the_users_folder()
    {
        using var target = new Target { Run = { ["sandbox.json"] = Policy.WithRules() } };
        var folder = "-p:RestorePackagesPath=" + target.UsersPackages;

        var build = target.Run.Dotnet("build", folder);

        Assert.That((build.ExitCode, build.Warnings), Is.EqualTo((0, new[] { "SBX2001" })));
        Assert.That(build.Output, Does.Contain("dotnet sandbox allow --target PrepareGreeting --project '~/.nuget/packages/friendly.greeting/1.0.0/build/Friendly.Greeting.targets' --user"));
        var policy = Directory.CreateDirectory(Path.Combine(target.Run.Home, ".config/sandboxed-build")).FullName;
        File.WriteAllText(Path.Combine(policy, "policy.json"), Policy.WithRules(Rule().Match(build.Output).Value));
        Assert.That(Said(target.Run.Dotnet("build", folder)), Has.Count.EqualTo(4));
    }

    /// <summary>What the tests above are worth: it does all that where nothing stops it.</summary>
    [TestCase("-p:SandboxEnabled=false")]
    [TestCase("-p:SandboxOverrideExec=false")]
    public void Without_the_sandbox_its_script_gets_all_of_it(string option)
    {
        using var target = new Target();

        var build = target.Run.Dotnet("build", option).Succeeded();
        var called = target.WasCalled;
        var next = target.Run.Dotnet("build", option).Succeeded();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Said(build), Is.EqualTo(new[]
            {
                $"keys: read {Target.Key.Length} bytes in ~/.ssh",
                $"network: called 127.0.0.1:{target.Port}",
                $"git: planted {Hook}",
                $"MSBuild: planted {Import}",
            }));
            Assert.That(called, Is.True);
            Assert.That(Command.Run(target.Run.PathOf(Hook), []).OutputText, Is.EqualTo("A hook of Friendly.Greeting runs.\n"));
            Assert.That(next.Output, Does.Contain("A target of Friendly.Greeting runs."));
        }
    }

    [Test]
    public void A_build_leaves_the_sources_clean_in_git()
    {
        using var target = new Target();
        var run = target.Run;
        run[".gitignore"] = File.ReadAllText(Path.Combine(Repository.Root, ".gitignore")) + run.Read(".gitignore");
        Directory.Delete(run.PathOf(".git"), recursive: true);
        Git(run, "init", "--quiet");
        Git(run, "add", "--all");
        var before = Git(run, "status", "--porcelain", "--untracked-files=all");

        run.Dotnet("build");

        Assert.That(Git(run, "status", "--porcelain", "--untracked-files=all"), Is.EqualTo(before));
    }

    private static string Git(ProjectRun run, params string[] arguments) =>
        Command.Run("git", arguments, workingDirectory: run.Root).OutputText;

    /// <summary>The lines of the script.</summary>
    private static IReadOnlyList<string> Said(CommandResult build)
    {
        const string Start = "setup.sh: ";
        return [.. build.Output.Split('\n').Select(static line => line.Trim()).Where(static line => line.StartsWith(Start, StringComparison.Ordinal)).Select(static line => line[Start.Length..])];
    }

    [GeneratedRegex("""\{ ?"target": ?"[^}]*\}""", RegexOptions.NonBacktracking)]
    private static partial Regex Rule();

    /// <summary>The sample with the package in its feed, a home directory with a key, a repository, and somebody who waits for a call.</summary>
    private sealed class Target : IDisposable
    {
        public const string Key = "not a key, but as private\n";
        private const string Script = "package/tools/setup.sh";

        private readonly TcpListener _author = new(IPAddress.Loopback, 0);

        public Target()
        {
            _author.Start();
            Directory.CreateDirectory(Path.Combine(Run.Home, ".ssh"));
            File.WriteAllText(Path.Combine(Run.Home, ".ssh/id_ed25519"), Key);

            // Outside of what has to be empty after a build: what is held stays.
            Run.Environment["SandboxStateDirectory"] = State;
            Run[".git/HEAD"] = "ref: refs/heads/main\n";
            Run[".git/config"] = "[core]\n\trepositoryformatversion = 0\n";
            Run[".git/objects"] = TreeEntry.Directory();
            Run[".git/refs"] = TreeEntry.Directory();
            Run[".git/hooks"] = TreeEntry.Directory();
            Run[Script] = Run.Read(Script).Replace("port=8642", $"port={Port}", StringComparison.Ordinal);
            Run.Dotnet("pack", "package/Friendly.Greeting.nuspec", "-o", "feed").Succeeded();
        }

        public ProjectRun Run { get; } = ProjectRun.OfSample("UntrustedPackage");

        public int Port => ((IPEndPoint)_author.LocalEndpoint).Port;

        public bool WasCalled => _author.Pending();

        /// <summary>Where NuGet keeps packages unless it is told otherwise.</summary>
        public string UsersPackages => Path.Combine(Run.Home, ".nuget/packages");

        /// <summary>The ids of what is held.</summary>
        public IReadOnlyList<string> Held => Directory.Exists(State)
            ? [.. Directory.EnumerateDirectories(State, "2*").Select(static path => Path.GetFileName(path))]
            : [];

        /// <summary>The project but for what the compiler writes, and .git with its times.</summary>
        public string Sources => string.Join('\n', Run.Describe().Split('\n').Where(static line => !Compiled().IsMatch(line))) + TreeDescription.Of(Run.PathOf(".git"), TreeDetails.Times);

        private string State => Path.Combine(Run.TemporaryDirectory, "state");

        public void Dispose()
        {
            _author.Dispose();
            Run.Dispose();
        }
    }

    [GeneratedRegex("^. [0-7]+ (bin|obj/Debug)(/| |$)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Compiled();
}
