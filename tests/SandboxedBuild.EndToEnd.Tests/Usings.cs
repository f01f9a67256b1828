global using NUnit.Framework;
global using SandboxedBuild.EndToEnd.Tests.Infrastructure;
