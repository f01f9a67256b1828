namespace SandboxedBuild.Tool.Tests;

/// <summary>What is typed wrongly is said in a line, with what to type instead; nothing is run.</summary>
[Category("AnyUser")]
internal sealed class UsageTests
{
    private static readonly TestCaseData[] Wrong =
    [
        new("SBX2020", "no command was given", (string[])["run"]),
        new("SBX2020", "no command was given", (string[])["run", "--commit", "--"]),
        new("SBX2020", "the command's name is empty", (string[])["run", "--", ""]),
        new("SBX2020", "--comit is no option of run", (string[])["run", "--comit", "--hold", "touch", "x"]),
        new("SBX2020", "dotnet sandbox run -- touch -c x", (string[])["run", "touch", "-c", "x"]),
        new("SBX2020", "options stand behind the command touch", (string[])["run", "touch", "--commit", "x"]),
        new("SBX2020", "--commit and --discard exclude each other", (string[])["run", "--commit", "--discard", "--", "touch", "x"]),
        new("SBX2020", "--output goes with --format json", (string[])["run", "--output", "o", "--", "touch", "x"]),
        new("SBX2020", "Required argument missing for option: '--root'", (string[])["run", "--root", "--", "touch", "x"]),
        new("SBX2020", "'sometimes'", (string[])["run", "--on-conflict", "sometimes", "--", "touch", "x"]),
        new("SBX2020", "'xml'", (string[])["list", "--format", "xml"]),
        new("SBX2020", "'frobnicate'", (string[])["frobnicate"]),
        new("SBX2020", "dotnet sandbox commit --help", (string[])["commit"]),
        new("SBX2003", "here: --root DIRECTORY", (string[])["run", "--root", "nowhere", "--", "touch", "x"]),
        new("SBX2003", "is not a directory", (string[])["run", "--root", "a.txt", "--", "touch", "x"]),
        new("SBX2006", "here: --state-directory DIRECTORY", (string[])["run", "--state-directory", "dir", "--", "touch", "x"]),
        new("SBX2007", "Valid: none, host", (string[])["run", "--network", "some", "--", "touch", "x"]),
        new("SBX2009", "it does not exist", (string[])["run", "--read-only", "/nowhere", "--", "touch", "x"]),
        new("SBX2020", "neither a target nor a command was given", (string[])["allow"]),
        new("SBX2020", "put -- before the command: dotnet sandbox allow -- npm 'a b'", (string[])["allow", "npm", "a b"]),
        new("SBX2020", "the command's name is empty", (string[])["allow", "--", ""]),
        new("SBX2020", "--user and --file exclude each other", (string[])["allow", "--target", "A", "--project", "**/a", "--user", "--file", "x"]),
        new("SBX2020", "Begin it with /, ~/ or **/", (string[])["allow", "--target", "A", "--project", "a.csproj", "--user"]),
        new("SBX2020", "names the file that defines it", (string[])["allow", "--target", "A", "--user"]),
        new("SBX2020", "leads out of the directory", (string[])["allow", "--target", "A", "--project", "../*"]),
        new("SBX2020", "the value is the caller's", (string[])["allow", "--target", "A", "--env", "A=b"]),
        new("SBX2020", "as ReadOnly and as Hidden", (string[])["allow", "--target", "A", "--path", "x:ReadOnly", "--path", "./x:hidden"]),
        new("SBX2020", "names no path", (string[])["allow", "--target", "A", "--path", ":ReadOnly"]),
        new("SBX2007", "Valid: ReadOnly, ReadWrite, Hidden, Temporary", (string[])["allow", "--target", "A", "--path", "~/.npm"]),
        new("SBX2007", "\"Write\" is no value of --path PATH:ACCESS", (string[])["allow", "--target", "A", "--path", "~/.npm:Write"]),
        new("SBX2007", "Valid: None, Host", (string[])["allow", "--target", "A", "--network", "Some"]),
        new("SBX2002", "the policy file cannot be used", (string[])["allow", "--target", "A", "--file", "a.txt"]),
        new("SBX2002", "the policy file cannot be used", (string[])["allow", "--target", "A", "--file", "dir"]),
        new("SBX2004", "here: dotnet sandbox list", (string[])["show", "0a1b"]),
        new("SBX2004", "there is no overlay ../../etc", (string[])["diff", "../../etc"]),
    ];

    [TestCaseSource(nameof(Wrong))]
    public void It_is_said(string code, string words, string[] arguments)
    {
        using var desk = new Desk();
        var before = desk.Tree.Describe(TreeDetails.Times);
        var answer = desk.Run(arguments).ShouldExitWith(2);
        Assert.That(answer.Error, Does.Contain($"error {code}: ").And.Contain(words));
        Assert.That(answer.Error.Split('\n'), Has.Length.LessThanOrEqualTo(3));
        Assert.That(answer.Output, Is.Empty);
        Assert.That(desk.Tree.Describe(TreeDetails.Times), Is.EqualTo(before));
        desk.ShouldHaveNothingLeft();
    }

    [TestCase]
    [TestCase("--help")]
    [TestCase("run", "-h")]
    public void Help_is_no_failure(params string[] arguments)
    {
        using var desk = new Desk();
        var answer = desk.Run(arguments).ShouldSucceed();
        Assert.That(answer.Output, Does.Contain("Usage:\n  dotnet sandbox ").And.Not.Contain("dotnet-sandbox"));
        Assert.That(answer.Error, Is.Empty);
    }

    [Test]
    public void A_commit_that_was_cut_off_is_neither_reviewed_nor_decided()
    {
        using var desk = new Desk();
        var id = desk.Hold("echo x > new");
        File.WriteAllText(Path.Combine(desk.Home, ".cache/sandboxed-build/overlays", id, "commit.json"), "{}");
        Assert.That(desk.Run("list").Output, Does.Contain($"{id}  cut off "));
        foreach (var command in new[] { "show", "diff", "commit", "rollback" })
        {
            Assert.That(desk.Run(command, id).ShouldExitWith(1).Error, Does.StartWith("error SBX2021: ").And.Contain("dotnet sandbox recover"));
        }
    }
}
