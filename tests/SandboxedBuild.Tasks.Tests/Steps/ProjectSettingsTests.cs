namespace SandboxedBuild.Tasks.Tests;

/// <summary>How settings find the steps of their project.</summary>
internal sealed class ProjectSettingsTests
{
    [Test]
    public void They_are_for_steps_in_files_that_the_project_imports_too()
    {
        using var project = new Project();
        project.Engine.ProjectFileOfTaskNode = "/packages/some.targets";
        project.Step("true").ShouldSucceed();
    }

    [Test]
    public void Two_projects_in_a_directory_have_each_their_own()
    {
        using var project = new Project();
        var other = project.Tree.PathOf("other.csproj");
        project.Register(other, settings => settings.Enabled = "false").ShouldSucceed();
        project.Step("true").ShouldSucceed();
        Assert.That(project.Step("readlink /proc/self/ns/net").Log, Does.Not.Contain("SandboxEnabled"));
        project.Engine.ProjectFileOfTaskNode = other;
        Assert.That(project.Step("true").Log, Does.Contain("SandboxEnabled"));
    }

    [Test]
    public void A_step_that_could_be_of_either_is_an_error_if_they_differ()
    {
        using var project = new Project();
        project.Register(project.Tree.PathOf("other.csproj"), settings => settings.Network = "Host").ShouldSucceed();
        project.Engine.ProjectFileOfTaskNode = project.Tree.PathOf("both.targets");
        project.Step("echo > ran").ShouldFailWith("SBX2010");
        Assert.That(project.Tree.Has("ran"), Is.False);
    }

    [Test]
    public void A_step_that_could_be_of_either_is_none_if_they_are_the_same()
    {
        using var project = new Project();
        project.Register(project.Tree.PathOf("other.csproj")).ShouldSucceed();
        project.Engine.ProjectFileOfTaskNode = project.Tree.PathOf("both.targets");
        project.Step("true").ShouldSucceed();
    }

    [Test]
    public void A_build_of_the_same_project_with_other_global_properties_has_its_own()
    {
        using var project = new Project();
        project.Engine.GlobalProperties = new Dictionary<string, string>(StringComparer.Ordinal) { ["SandboxEnabled"] = "false" };
        project.Register(project.Engine.ProjectFileOfTaskNode, settings => settings.Enabled = "false").ShouldSucceed();
        Assert.That(project.Step("true").Log, Does.Contain("SandboxEnabled"));
        project.Engine.GlobalProperties = new Dictionary<string, string>(StringComparer.Ordinal);
        Assert.That(project.Step("true").ShouldSucceed().Log, Is.Empty);
    }

    [Test]
    public void Paths_and_variables_of_the_project_are_for_all_of_its_steps()
    {
        using var project = new Project(
            new() { ["hidden/file"] = "x" },
            settings =>
            {
                var hidden = new Microsoft.Build.Utilities.TaskItem(Path.Combine(settings.Root!, "hidden"));
                hidden.SetMetadata("Access", "Hidden");
                settings.Paths = [hidden];
                settings.PassEnvironment = [new Microsoft.Build.Utilities.TaskItem("PASSED")];
            },
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["PASSED"] = "yes", ["ASKED_FOR"] = "too" });
        var step = project.Step(
            "ls -A hidden | wc -l; echo $PASSED $ASKED_FOR",
            exec => exec.PassEnvironment = [new Microsoft.Build.Utilities.TaskItem("ASKED_FOR")]);
        Assert.That(step.ShouldSucceed().Log, Is.EqualTo("High: 0\nHigh: yes too\n"));
    }

    [Test]
    public void The_root_is_the_repository_unless_it_is_named()
    {
        using var project = new Project(
            new() { [".git/HEAD"] = "ref: refs/heads/main\n", ["src/app/file"] = "x", ["src/file"] = "x" },
            settings => settings.Root = null,
            directory: "src/app");
        var step = project.Step("echo y > ../../made").ShouldSucceed();
        Assert.That(step.Task.AddedFiles.Single().GetMetadata("Root"), Is.EqualTo(project.Tree.Root));
    }

    [Test]
    public void Without_a_repository_the_root_is_the_solutions_directory()
    {
        using var project = new Project(
            new() { ["src/app/file"] = "x" },
            settings => (settings.Root, settings.SolutionDirectory) = (null, Path.Combine(settings.Root!, "src") + "/"),
            directory: "src/app");
        var step = project.Step("echo y > ../made").ShouldSucceed();
        Assert.That(step.Task.AddedFiles.Single().GetMetadata("Root"), Is.EqualTo(project.Tree.PathOf("src")));
    }

    [Test]
    public void Without_either_the_root_is_the_projects_directory()
    {
        using var project = new Project(
            new() { ["src/app/file"] = "x" },
            settings => (settings.Root, settings.SolutionDirectory) = (null, "*Undefined*"),
            directory: "src/app");
        var step = project.Step("echo y > made").ShouldSucceed();
        Assert.That(step.Task.AddedFiles.Single().GetMetadata("Root"), Is.EqualTo(project.Tree.PathOf("src/app")));
    }
}
