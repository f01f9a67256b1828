using Microsoft.Build.Utilities;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>Layers as a project asks for them, and as its policy grants them.</summary>
internal sealed class LayersParameter
{
    [Test]
    public void The_steps_layers_come_before_the_overlays_and_those_before_the_projects()
    {
        using var layers = Layers();
        using var project = new Project(settings: settings => settings.Layers = [Item(layers, "project")]);
        var overlay = project.Run(new OverlayCreate { Layers = [Item(layers, "overlay")] }).ShouldSucceed().Task.Overlay!;
        Assert.That(Cat(project, exec => (exec.Overlay, exec.Layers) = (overlay, [Item(layers, "step")])), Is.EqualTo("step overlay project"));
        Assert.That(Cat(project, exec => exec.Overlay = overlay), Is.EqualTo("overlay overlay project"));
        project.Run(new OverlayRollback { Overlay = overlay }).ShouldSucceed();
        Assert.That(Cat(project, static _ => { }), Is.EqualTo("project project project"));

        static string Cat(Project project, Action<SandboxedExec> with) =>
            project.Step("echo $(cat /opt/sysroot/all) $(cat /opt/sysroot/some 2>/dev/null || echo project) $(cat /opt/sysroot/project)", with).ShouldSucceed().Log.Trim().Replace("High: ", string.Empty, StringComparison.Ordinal);
    }

    [TestCase("true")]
    [TestCase(null)]
    public void What_layers_hide_of_one_another_is_told_on_request(string? asked)
    {
        using var layers = Layers();
        using var project = new Project(settings: settings => settings.ListLayerConflicts = asked);
        var step = project.Step("true", exec => exec.Layers = [Item(layers, "step"), Item(layers, "overlay")]).ShouldSucceed();
        Assert.That(step.Log, Is.EqualTo(asked is null ? "" : $"High: /opt/sysroot: all: from {layers.PathOf("step")}, hides {layers.PathOf("overlay")}\n"));
    }

    [Test]
    public void A_relative_layer_and_mount_point_are_relative_to_the_project()
    {
        using var project = new Project(new() { ["src/file"] = "x", ["deps/file"] = "layer\n" }, directory: "src");
        var item = new TaskItem("../deps");
        item.SetMetadata("MountPoint", "sysroot");
        var step = project.Step("cat sysroot/file", exec => (exec.Roots, exec.Layers) = ([new TaskItem(".")], [item])).ShouldSucceed();
        Assert.That((step.Log, step.Task.Changes, project.Tree.Has("src/sysroot")), Is.EqualTo(("High: layer\n", Array.Empty<object>(), false)));
    }

    [Test]
    public void What_is_written_there_is_told_once_and_thrown_away()
    {
        using var layers = Layers();
        var before = layers.Describe();
        using var project = new Project();
        var step = project.Step("echo x > /opt/sysroot/all; echo y > /opt/sysroot/new; echo z > mine", exec => exec.Layers = [Item(layers, "step")]).ShouldSucceed();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Log, Does.Contain("Normal: 2 paths were written below the mount points of layers. No commit takes them: they go with the overlay.\n"));
            Assert.That(step.Task.Changes!.Describe(), Is.EqualTo("Added File 0644 2 mine\n"));
            Assert.That(layers.Describe(), Is.EqualTo(before));
            Assert.That(project.Step("cat /opt/sysroot/all", exec => exec.Layers = [Item(layers, "step")]).Log, Is.EqualTo("High: step\n"));
        }
    }

    [Test]
    public void Steps_of_a_shared_overlay_see_each_others_writes()
    {
        using var layers = Layers();
        using var project = new Project();
        var overlay = project.Run(new OverlayCreate { Layers = [Item(layers, "step")] }).ShouldSucceed().Task.Overlay!;
        project.Step("echo x > /opt/sysroot/made", exec => exec.Overlay = overlay).ShouldSucceed();
        Assert.That(project.Step("cat /opt/sysroot/made; echo 1 > one", exec => exec.Overlay = overlay).ShouldSucceed().Log, Does.StartWith("High: x\n"));
        project.Run(new OverlayCommit { Overlay = overlay }).ShouldSucceed();
        Assert.That((project.Tree.Describe(), layers.Has("step/made")), Is.EqualTo(("d 755 .\nf 644 one \"1\\n\"\n", false)));
    }

    [TestCase("missing", "/opt/sysroot", "SBX2061")]
    [TestCase("step", "", "SBX2060")]
    [TestCase("step", "/usr/sysroot", "SBX2065")]
    public void A_layer_that_cannot_be_one_is_an_error_and_the_command_does_not_run(string layer, string mountPoint, string code)
    {
        using var layers = Layers();
        using var project = new Project();
        var step = project.Step("echo > ran", exec => exec.Layers = [Item(layers, layer, mountPoint)]).ShouldFailWith(code);
        Assert.That((step.Diagnostics.Contains(layers.PathOf(layer), StringComparison.Ordinal), project.Tree.Has("ran")), Is.EqualTo((true, false)), step.Diagnostics);
    }

    [TestCase("", "", false)]
    [TestCase(""", "paths": [ { "path": "LAYER", "access": "ReadOnly" } ]""", "", true)]
    [TestCase(""", "paths": [ { "path": "LAYER/..", "access": "ReadWrite" } ]""", "", true)]
    [TestCase(""", "paths": [ { "path": "LAYER/..", "access": "ReadOnly" }, { "path": "LAYER", "access": "Hidden" } ]""", "", false)]
    [TestCase("", "/usr/share", true)]
    public void A_layer_has_to_be_granted_as_a_path_or_be_what_every_step_sees(string grants, string instead, bool granted)
    {
        using var layers = Layers();
        const string ProjectFile = "<Project>\n  <Target Name=\"Generate\">\n    <SandboxedExec />\n  </Target>\n</Project>";
        using var project = new Project(new() { ["the.csproj"] = ProjectFile, ["sandbox.json"] = $$"""{ "allow": [ { "target": "Generate"{{grants.Replace("LAYER", layers.PathOf("step"), StringComparison.Ordinal)}} } ] }""" }, settings => settings.Confirm = "Deny");
        project.Engine.LineNumberOfTaskNode = 3;
        var step = project.Step("ls /opt/sysroot > ran", exec => exec.Layers = [instead.Length > 0 ? Item(layers, instead) : Item(layers, "step")]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Codes, Is.EqualTo(granted ? "" : "SBX2012"), step.Log);
            Assert.That(project.Tree.Has("ran"), Is.EqualTo(granted));
            Assert.That(granted || step.Diagnostics.Contains($"ReadOnly of {layers.PathOf("step")}", StringComparison.Ordinal), step.Diagnostics);
        }
    }

    [Test]
    public void What_is_granted_for_a_layer_is_seen_at_its_mount_point_alone()
    {
        using var layers = Layers();
        const string ProjectFile = "<Project>\n  <Target Name=\"Generate\">\n    <SandboxedExec />\n  </Target>\n</Project>";
        using var project = new Project(new() { ["the.csproj"] = ProjectFile, ["sandbox.json"] = $$"""{ "allow": [ { "target": "Generate", "paths": [ { "path": "{{layers.PathOf("step")}}", "access": "ReadOnly" } ] } ] }""" }, settings => settings.Confirm = "Deny");
        project.Engine.LineNumberOfTaskNode = 3;
        Assert.That(project.Step($"cat /opt/sysroot/all; ls {layers.PathOf("step")} 2>/dev/null || echo unseen", exec => exec.Layers = [Item(layers, "step")]).ShouldSucceed().Log, Does.StartWith("High: step\nHigh: unseen\n"));
    }

    [Test]
    public void A_held_step_has_no_layers_but_of_what_every_step_sees()
    {
        using var layers = Layers();
        using var project = new Project(settings: settings => settings.Confirm = "Hold");
        var step = project.Step("sh -c 'ls /opt/sysroot /opt/share 2>/dev/null | wc -l; ls /opt/share/doc > /dev/null && ! ls /opt/sysroot 2>/dev/null'", exec => exec.Layers = [Item(layers, "step"), Item(layers, "/usr/share", "/opt/share")]).ShouldSucceed();
        Assert.That(step.Codes, Is.Empty);
    }

    private static TemporaryTree Layers() => new()
    {
        ["step/all"] = "step\n",
        ["overlay/all"] = "overlay\n",
        ["overlay/some"] = "overlay\n",
        ["project/all"] = "project\n",
        ["project/project"] = "project\n",
    };

    private static TaskItem Item(TemporaryTree layers, string layer, string mountPoint = "/opt/sysroot")
    {
        var item = new TaskItem(layers.PathOf(layer));
        item.SetMetadata("MountPoint", mountPoint);
        return item;
    }
}
