using Microsoft.Build.Utilities;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>Which of the build's variables a step sees.</summary>
internal sealed class StepEnvironment
{
    private static readonly string[] Usual =
    [
        "LANG", "LANGUAGE", "LC_ALL", "LC_COLLATE", "TZ", "TERM", "USER", "LOGNAME", "CI", "NO_COLOR", "SOURCE_DATE_EPOCH",
        "CC", "CXX", "CPP", "AR", "LD", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "PKG_CONFIG_PATH", "DOTNET_NOLOGO",
    ];

    private static readonly string[] Unusual =
    [
        "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS", "DOTNET_UPLOAD_TOKEN", "LC_PASSWORD",
        "LD_PRELOAD", "LD_LIBRARY_PATH", "BASH_ENV", "ENV", "MSBUILD_EXE_PATH", "XDG_RUNTIME_DIR", "UNHEARD_OF", "CCX", "lang",
    ];

    [Test]
    public void The_usual_ones_pass() => Assert.That(Seen(Usual).Keys, Is.SupersetOf(Usual));

    [Test]
    public void Others_do_not() => Assert.That(Seen(Unusual).Keys, Has.None.AnyOf(Unusual));

    [Test]
    public void Nothing_is_made_up() => Assert.That(
        Seen(Usual).Keys.Except(Usual, StringComparer.Ordinal).Where(name => !name.StartsWith("DOTNET_", StringComparison.Ordinal)),
        Is.EquivalentTo(["PATH", "HOME", "TMPDIR", "PWD"]));

    [TestCase("UNHEARD_OF", "UNHEARD_OF")]
    [TestCase("GITHUB_TOKEN", "GITHUB_TOKEN")]
    [TestCase("NPM_CONFIG_CACHE", "NPM_CONFIG_*")]
    [TestCase("NPM_CONFIG_CACHE", "NPM_*")]
    public void Unless_they_are_named(string name, string pass) => Assert.That(Seen([name], pass), Does.ContainKey(name).WithValue("C"));

    [TestCase("NPM_CONFIG_AUTHTOKEN", "NPM_CONFIG_*")]
    [TestCase("APP_PASSWORD", "APP_*")]
    [TestCase("APP_SECRET", "*")]
    [TestCase("SOME_API_KEY", "SOME_*")]
    [TestCase("unheard_of", "UNHEARD_OF")]
    [TestCase("PREFIX_UNHEARD_OF", "UNHEARD_OF")]
    public void A_pattern_does_not_name_secrets(string name, string pass) => Assert.That(Seen([name], pass).Keys, Has.None.EqualTo(name));

    [Test]
    public void Home_is_empty_at_its_own_path_and_forgotten()
    {
        using var home = new TestKit.TemporaryTree { [".ssh/id"] = "secret" };
        using var project = new Project(environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["HOME"] = home.Root });
        var step = project.Step("echo $HOME; ls -A ~ | wc -l; echo x > ~/new; ls -A ~");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.ShouldSucceed().Log, Is.EqualTo($"High: {home.Root}\nHigh: 0\nHigh: new\n"));
            Assert.That(home.Has("new"), Is.False);
        }
    }

    [Test]
    public void Temporary_files_are_its_own()
    {
        using var project = new Project();
        var step = project.Step("echo $TMPDIR; mktemp").ShouldSucceed();
        var made = step.Log.Split("High: ")[^1].TrimEnd();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Log, Is.EqualTo($"High: /tmp\nHigh: {made}\n"));
            Assert.That(made, Does.StartWith("/tmp/"));
            Assert.That(File.Exists(made), Is.False);
        }
    }

    [Test]
    public void A_variable_of_the_parameter_wins_over_the_builds()
    {
        using var project = new Project(environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["LANG"] = "de_DE.UTF-8" });
        var step = project.Step("echo $LANG", exec => exec.EnvironmentVariables = ["LANG=C"]);
        Assert.That(step.ShouldSucceed().Log, Does.EndWith("High: C\n"));
    }

    /// <summary>What a step sees of a build that has these variables, each with the value <c>C</c>.</summary>
    private static Dictionary<string, string> Seen(string[] variables, string? pass = null)
    {
        using var project = new Project(environment: variables.ToDictionary(name => name, _ => (string?)"C", StringComparer.Ordinal));
        var step = project.Step("tr '\\0' '\\n' < /proc/self/environ", exec => exec.PassEnvironment = pass is null ? [] : [new TaskItem(pass)]);
        return step.ShouldSucceed().Log.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line["High: ".Length..].Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
    }
}
