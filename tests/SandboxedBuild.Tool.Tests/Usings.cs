global using NUnit.Framework;
global using SandboxedBuild.TestKit;
